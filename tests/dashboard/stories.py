"""Homes with a small invented story in them, taken the real way: batches, owner, DuckDB."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from groundswell import scoring
from groundswell.coverage import Coverage
from groundswell.post import Post, Rejected
from groundswell.settings import Settings
from groundswell.spool import Batch, Covered, Match, ScoredPost, Spool
from groundswell.store.owner import Owner
from groundswell.text import tokens
from groundswell.topic import Target

SLUG = "sample-story"
START = datetime(2025, 1, 27, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOSTILE = (
    '<img src="http://evil.example/t.png"> <script>window.pwned=1</script> '
    "![p](http://evil.example/p.png) [a](javascript:window.pwned=1) **bold** $x^2$ "
    ":red[red] http://evil.example/bare =HYPERLINK(1)"
)
TOPIC = """
title = {title!r}
query = 'openai OR deepseek'
since = 2025-01-20
synthetic = {synthetic}
[[targets]]
name = "OpenAI"
{target}[[events]]
at = 2025-01-27T12:00:00Z
title = {event!r}
url = "https://example.org/r1"
[[events]]
at = 2025-01-29T06:00:00Z
title = "The accusation"
[sources.hackernews]
[sources.bluesky]
"""
_TAKES = (
    "OpenAI accuses DeepSeek of distillation and the irony is terrible, shameful, awful",
    "DeepSeek is wonderful, I love how great and amazing this open model is",
    "The report about OpenAI and DeepSeek was published on Wednesday",
    "OpenAI wirft DeepSeek vor, Modelle kopiert zu haben, und das ist der Bericht dazu",
)


def write_topic(
    home: Path,
    *,
    slug: str = SLUG,
    title: str = "A sample story",
    event: str = "R1 is released",
    synthetic: bool = True,
    target: str | None = None,
) -> Path:
    """The topic's file in ``home``; ``target`` is one more, that no post was read towards."""
    folder = home / "topics"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{slug}.toml"
    said = TOPIC.format(
        title=title,
        event=event,
        synthetic=str(synthetic).lower(),
        target="" if target is None else f"[[targets]]\nname = {target!r}\n",
    )
    path.write_text(said, encoding="utf-8")
    return path


def post(number: int, source: str = "bluesky", **changes: object) -> Post:
    """One of a few takes on the story, ``number`` quarters of an hour after ``START``."""
    at = START + number * HOUR / 4
    values: dict[str, object] = {
        "source": source,
        "uri": f"{source}:{number}",
        "url": f"https://example.org/{source}/{number}",
        "first_seen_at": at + timedelta(minutes=5),
        "created_at": at,
        "text": f"{_TAKES[number % len(_TAKES)]}, take {number}",
        "author_id": f"{source}-{number % 37}",
        "author": f"sample-user-{number % 37}",
        "author_name": f"Sample {number % 37}",
        "likes": number % 11,
        "replies": number % 3,
    }
    return Post(**(values | changes))  # type: ignore[arg-type]  # the fields' types are mixed


def story(hours: int = 72) -> list[Post]:
    """Two sources; Bluesky four posts an hour with a silent night, Hacker News one."""
    bluesky = [post(n) for n in range(hours * 4) if not 96 <= n < 120]
    news = [post(n * 4, "hackernews", reply_to=None, likes=None) for n in range(hours)]
    return [*bluesky, *news]


def batch(posts: Sequence[Post], source: str, **changes: object) -> Batch:
    """``posts`` read by the real scorers, as a run of ``source`` would hand them over."""
    readings = scoring.read(posts, [Target(name="OpenAI")])
    values: dict[str, object] = {
        "source": source,
        "topic": SLUG,
        "route": "search",
        "run_id": f"run-{source}",
        "seq": 0,
        "written_at": START + timedelta(hours=80),
        "targets": {SLUG: ["OpenAI"]},
        "posts": [
            ScoredPost(
                post=one,
                reading=reading,
                tokens=tuple(dict.fromkeys(tokens(one.text))),
                matches=(Match(topic=SLUG, query="0123456789ab", route="search"),),
            )
            for one, reading in zip(posts, readings, strict=True)
        ],
    }
    return Batch(**(values | changes))  # type: ignore[arg-type]  # the fields' types are mixed


def window(start_h: float, end_h: float, status: str = "complete") -> Covered:
    """A coverage window, in hours after ``START``."""
    reason = None if status == "complete" else "the site did not answer"
    return Covered(
        window=Coverage(
            start=START + start_h * HOUR,
            end=START + end_h * HOUR,
            status=status,  # type: ignore[arg-type]  # one of the words of Status
            reason=reason,
        )
    )


def fill(home: Path, posts: Sequence[Post]) -> None:
    """Leaves ``posts`` in the spool: Bluesky with a gap from hour 24 to 30 and one reject."""
    spool = Spool(home, limit_bytes=10**9)
    by_source = {s: [p for p in posts if p.source == s] for s in ("bluesky", "hackernews")}
    reject = Rejected(
        source="bluesky", reason="no text", raw=b'{"bad": "<b>"}', seen_at=START, place="item 3"
    )
    coverage = [window(-10, 24), window(24, 30, "gap"), window(30, 80)]
    spool.write(batch(by_source["bluesky"], "bluesky", coverage=coverage, rejected=[reject]))
    spool.write(batch(by_source["hackernews"], "hackernews", coverage=[window(-10, 80)]))


def open_home(home: Path, *, patience_s: float = 30.0) -> Owner:
    """A started owner that has absorbed all that waited. The caller stops it."""
    owner = Owner(home, Settings(home=home))
    owner.start()
    spool, end_s = Spool(home, limit_bytes=10**9), time.monotonic() + patience_s
    while spool.waiting() and time.monotonic() < end_s:
        time.sleep(0.02)
    return owner


def hostile_posts() -> list[Post]:
    """Posts with the payload in every text; enough authors for its words to pass the guard."""
    return [
        post(
            number,
            text=f"OpenAI {HOSTILE}",
            author=f"{HOSTILE}{number}",
            author_name=f"{HOSTILE}{number}",
            url="javascript:window.pwned=1" if number % 2 else f"https://example.org/{number}",
            quoted_text=HOSTILE,
            card_text=HOSTILE,
            alt_text=HOSTILE,
            reply_to=HOSTILE,
            labels=(HOSTILE,),
            tags=(HOSTILE,),
            instance=HOSTILE,
        )
        for number in range(40)
    ] + [post(100, text=f"openai {'x' * 3000}"), post(101, withheld=HOSTILE, text="", author=None)]
