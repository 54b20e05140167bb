"""A small story in which much differs: sources, languages, sides, copies, what is gone, borders."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from groundswell.narrated import Narrated, ToldNarrative, ToldPart
from groundswell.post import Deletion, Post
from groundswell.run import utc_now
from groundswell.spool import Batch, Compared, Copy, ScoredPost, Spool
from groundswell.store.owner import Owner
from tests.dashboard import stories
from tests.groundswell.store.making import read, scored

SOURCES = ("bluesky", "hackernews", "mastodon", "rss")
LANGS = ("en", "de", "fr", "und")
TARGETS = ("Acme & Sons", "Zenith")  # the first would break an address that is not encoded
SIDES = ("against", "none", "favor", "not_scored")
POSTS = 240
SHY = ("shy", "shy-user")  # who asks not to be found
WORDS = ("smoke", "river", "village", "harbour", "gravel", "lantern")
TOPIC = f"""
title = "A crowd"
query = "smoke OR river"
synthetic = true
[[targets]]
name = "{TARGETS[0]}"
[[targets]]
name = "{TARGETS[1]}"
[[events]]
at = 2025-01-28T00:00:00Z
title = "The fire"
{"".join(f"[sources.{source}]" + chr(10) for source in SOURCES[:2])}
"""


def home(folder: Path) -> Iterator[Owner]:
    """The story in ``folder``, open."""
    (folder / "topics").mkdir(parents=True)
    (folder / "topics" / f"{stories.SLUG}.toml").write_text(TOPIC, encoding="utf-8")
    spool = Spool(folder)
    posts = [post(number) for number in range(POSTS)]
    for batch in (_collected(posts), _copied(posts), *_narrated(posts), _gone(posts)):
        spool.write(batch)
    owner = stories.open_home(folder)
    yield owner
    owner.stop()


def account(number: int) -> tuple[str, str] | tuple[None, None]:
    """Id and handle of who wrote post ``number``: one of twenty, one who is loud, nobody known."""
    if number % 29 == 0:
        return None, None
    if number % 7 == 0:
        return "loud", "loud-user"
    return SHY if number % 31 == 0 else (f"a:{number % 20}", f"sample-user-{number % 20}")


def post(number: int) -> Post:
    """Every third on the border of an hour, some a microsecond before one, two weeks in all."""
    at = stories.START + timedelta(minutes=20 * number)
    if number >= POSTS - 12:  # long before, so that buckets are days unless a period is chosen
        at = stories.START - timedelta(days=16 - number % 12, microseconds=1)
    elif number % 5 == 4:
        at = at.replace(minute=0) - timedelta(microseconds=1)
    source, (author_id, author) = SOURCES[(number // 3) % 4 if number % 4 else 0], account(number)
    words = [WORDS[number % 6], WORDS[(number // 6) % 6], "open-ai" if number % 9 == 0 else "quay"]
    said: dict[str, Any] = {
        "created_at": at,
        "first_seen_at": at + timedelta(minutes=5),
        "text": f"{' '.join(words)} said in words of their own, take {number}",
        "author_id": author_id,
        "author": author,
        "author_name": author and author.title(),
        "labels": ("not-indexable",) if author_id == SHY[0] else (),
    }
    return stories.post(number, source, **(said | (_WITHHELD if number % 41 == 3 else {})))


_WITHHELD: dict[str, Any] = {
    "withheld": "the source asks for it",
    "text": "",
    "author": None,
    "author_id": None,
    "author_name": None,
}


def sides(number: int) -> dict[str, str]:
    """How post ``number`` stands: towards none, one or both targets."""
    towards = {TARGETS[0]: SIDES[(number // 2) % 4], TARGETS[1]: SIDES[(number // 5) % 4]}
    return {target: side for n, (target, side) in enumerate(towards.items()) if number % (n + 3)}


def _read(one: Post, number: int) -> ScoredPost:
    value = (None, -0.5, 0.0, 0.6)[number % 4]
    plain = scored(one, value, topics=(stories.SLUG,), lang=LANGS[(number // 4) % 4])
    sentiment = ("negative", "neutral", "positive", "not_scored", None)[number % 5]
    return read(plain, sides(number), sentiment=sentiment)


def _batch(source: str, at_s: int, **changes: Any) -> Batch:
    written = utc_now() - timedelta(minutes=5) + timedelta(seconds=at_s)
    values: dict[str, Any] = {
        "route": "search",
        "run_id": source,
        "seq": at_s,
        "written_at": written,
    }
    return Batch(source=source, topic=stories.SLUG, **(values | changes))


def _collected(posts: list[Post]) -> Batch:
    return _batch(
        "bluesky",
        0,
        posts=[_read(one, number) for number, one in enumerate(posts)],
        targets={stories.SLUG: list(TARGETS)},
        coverage=[stories.window(-400, 30), stories.window(30, 34, "gap"), stories.window(34, 90)],
    )


def _copied(posts: list[Post]) -> Batch:
    """The loud account says one thing many times; some others say it too."""
    alike = [one for one in posts if one.author_id == "loud"] + posts[1:4]
    first = min(alike, key=lambda one: one.created_at or one.first_seen_at)
    copies = [
        Copy(
            source=one.source,
            uri=one.uri,
            seen_at=one.first_seen_at,
            group_source=first.source,
            group_uri=first.uri,
        )
        for one in alike
    ]
    compared = Compared(posts=len(copies), fingerprint="f")
    return _batch("copies", 1, route="copies", copies=copies, compared=compared)


def _narrated(posts: list[Post]) -> Iterator[Batch]:
    """A narrative a side of each target, of half of its posts."""
    for place, target in enumerate(TARGETS):
        parts = [
            ToldPart(
                source=one.source,
                uri=one.uri,
                seen_at=one.first_seen_at,
                narrative=f"{side}{place}",
                closeness=1 - number / 1000,
            )
            for number, one in enumerate(posts)
            if (side := sides(number).get(target)) in ("against", "favor") and number % 2
        ]
        found = tuple(
            ToldNarrative(
                id=f"{side}{place}",
                side=side,
                terms=(WORDS[place],),
                counter=None,
                nearness=None,
                merged=(),
                split_from=None,
            )
            for side in ("against", "favor")
        )
        narrated = Narrated(
            target=target,
            posts=len(parts),
            stated=len(parts),
            version="m1",
            fingerprint="f",
            narratives=found,
        )
        yield _batch("narratives", 2 + place, route="narratives", parts=parts, narrated=narrated)


def _gone(posts: list[Post]) -> Batch:
    """Every seventeenth post was deleted since."""
    gone = [
        Deletion(source=one.source, uri=one.uri, seen_at=one.first_seen_at + timedelta(days=1))
        for one in posts[5::17]
    ]
    return _batch("bluesky", 9, deletions=gone)
