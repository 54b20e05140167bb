"""The bundled sample: made again byte for byte, whole, on its topic, and true to its truth file."""

import csv
import gzip
import hashlib
import json
import os
import subprocess
import sys
import tomllib
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from collectors.file_import import plan
from groundswell.post import Deletion, Item, Post, is_skewed, posted_at
from groundswell.topic import Topic, load
from tests.collectors.file_import.files import importer, items_of, pages_of

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
POSTS, TRUTH = SAMPLE / "posts.jsonl.gz", SAMPLE / "truth.csv.gz"
COVERAGE = SAMPLE / "coverage.json"
OUR_HOSTS = ("example.org", "example.com", "social.example", "news.ycombinator.example")


@pytest.fixture(scope="module")
def items() -> list[Item]:
    return items_of(POSTS)


@pytest.fixture(scope="module")
def posts(items: list[Item]) -> list[Post]:
    return [item for item in items if isinstance(item, Post)]


@pytest.fixture(scope="module")
def truth() -> list[dict[str, str]]:
    with gzip.open(TRUTH, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def kinds(truth: list[dict[str, str]]) -> dict[str, str]:
    return {row["uri"]: row["kind"] for row in truth}


@pytest.fixture(scope="module")
def topic() -> Topic:
    return load(SAMPLE / "topic.toml")


def sha256(path: Path) -> str:
    """Of the unpacked bytes: other builds of zlib pack the same bytes otherwise."""
    return hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest()


def test_it_is_made_again_byte_for_byte(tmp_path: Path) -> None:
    command = [sys.executable, str(SAMPLE / "generate.py"), str(tmp_path)]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "7"}
    subprocess.run(command, check=True, env=environment)
    assert [sha256(tmp_path / path.name) for path in (POSTS, TRUTH)] == [
        sha256(POSTS),
        sha256(TRUTH),
    ]
    assert (tmp_path / COVERAGE.name).read_bytes() == COVERAGE.read_bytes()


def test_no_post_is_there_from_the_hours_that_were_not_read(posts: list[Post]) -> None:
    (gap,) = [w for w in json.loads(COVERAGE.read_text()) if w["status"] != "complete"]
    start, end = (datetime.fromisoformat(gap[name]) for name in ("start", "end"))
    hours = [posted_at(post) for post in posts if post.source == gap["source"]]
    assert not [at for at in hours if start <= at < end]
    assert [at for at in hours if start - timedelta(hours=6) <= at < start]
    assert [at for at in hours if end <= at < end + timedelta(hours=6)]


def test_it_is_small_enough_to_ship() -> None:
    assert POSTS.stat().st_size + TRUTH.stat().st_size < 1_500_000


def test_it_is_read_as_our_own_posts_without_a_doubt_or_a_reject(items: list[Item]) -> None:
    planned = plan(POSTS)
    assert (planned.layout, planned.warnings, planned.unmapped) == ("Groundswell posts", (), ())
    assert Counter(type(item).__name__ for item in items) == {"Post": 7_907, "Deletion": 80}


def test_it_covers_six_weeks() -> None:
    (window,) = pages_of(importer(POSTS))[-1].coverage
    assert (window.start.date(), window.status) == (date(2025, 1, 20), "complete")


def test_no_post_is_there_twice_and_every_deletion_has_its_post(items: list[Item]) -> None:
    there = Counter((item.source, item.uri) for item in items if isinstance(item, Post))
    gone = {(item.source, item.uri) for item in items if isinstance(item, Deletion)}
    assert max(there.values()) == 1
    assert gone <= there.keys()


def test_all_four_sources_are_there_in_their_shares(posts: list[Post]) -> None:
    count = Counter(post.source for post in posts)
    shares = {source: count[source] / len(posts) for source in count}
    assert shares == {
        "bluesky": pytest.approx(0.62, abs=0.04),
        "hackernews": pytest.approx(0.25, abs=0.04),
        "import": pytest.approx(0.08, abs=0.03),
        "rss": pytest.approx(0.05, abs=0.02),
    }


def test_truth_and_posts_belong_together(posts: list[Post], truth: list[dict[str, str]]) -> None:
    told = Counter((row["source"], row["uri"]) for row in truth)
    readable = {(post.source, post.uri) for post in posts if post.withheld is None}
    assert told.keys() == readable
    assert set(told.values()) == {2}
    assert {row["target"] for row in truth} == {"OpenAI", "DeepSeek"}
    assert {row["stance"] for row in truth} == {"against", "none", "favor"}


def test_stances_are_mixed_and_irony_is_always_against(truth: list[dict[str, str]]) -> None:
    count = Counter((row["target"], row["stance"]) for row in truth)
    of_all = len(truth) / 2
    assert count["OpenAI", "against"] / of_all == pytest.approx(0.33, abs=0.05)
    assert count["OpenAI", "favor"] / of_all == pytest.approx(0.14, abs=0.04)
    assert count["DeepSeek", "against"] / of_all == pytest.approx(0.18, abs=0.04)
    assert count["DeepSeek", "favor"] / of_all == pytest.approx(0.17, abs=0.04)
    ironic = {(row["target"], row["stance"]) for row in truth if row["irony"] == "1"}
    assert ironic == {("OpenAI", "against"), ("DeepSeek", "none")}


def test_the_rare_things_are_there_in_their_shares(
    posts: list[Post], truth: list[dict[str, str]], kinds: dict[str, str]
) -> None:
    share = {kind: n / len(kinds) for kind, n in Counter(kinds.values()).items()}
    foreign = {row["uri"] for row in truth if row["lang"] != "en"}
    assert share["offtopic"] == pytest.approx(0.03, abs=0.01)
    assert len(foreign) / len(kinds) == pytest.approx(0.07, abs=0.02)
    assert 15 <= Counter(kinds.values())["hostile"] <= 20
    assert sum(post.withheld is not None for post in posts) == 20
    assert 3 <= sum(map(is_skewed, posts)) <= 10
    assert sum(post.text_truncated for post in posts) == 1


def test_the_query_drops_what_is_off_the_topic_and_nothing_else(
    posts: list[Post], kinds: dict[str, str], topic: Topic
) -> None:
    readable = [post for post in posts if post.withheld is None]
    dropped = {kinds[post.uri] for post in readable if not topic.query.matches(post)}
    kept = {kinds[post.uri] for post in readable if topic.query.matches(post)}
    assert dropped == {"offtopic"}
    assert "offtopic" not in kept


def test_exact_copies_and_one_wave_are_there(posts: list[Post], kinds: dict[str, str]) -> None:
    own = [p for p in posts if kinds.get(p.uri) not in ("news", "foreign", "offtopic", None)]
    repeated = [n for n in Counter(post.text for post in own).values() if n > 1]
    assert max(repeated) == 24
    assert 0.02 < sum(repeated) / len(own) < 0.10


def test_the_story_has_its_shape(posts: list[Post]) -> None:
    days = Counter(posted_at(post).date() for post in posts)
    by_day = {date(2025, month, day): days[date(2025, month, day)] for month, day in _DAYS}
    assert max(by_day, key=lambda d: by_day[d]) == date(2025, 1, 29)
    assert days[date(2025, 1, 26)] * 5 < days[date(2025, 1, 27)] < days[date(2025, 1, 30)]
    assert days[date(2025, 2, 6)] > days[date(2025, 2, 4)] > days[date(2025, 2, 9)]
    assert days[date(2025, 2, 13)] > 1.5 * days[date(2025, 2, 10)]
    assert days[date(2025, 3, 2)] < 50


_DAYS = [(1, d) for d in range(20, 32)] + [(2, d) for d in range(1, 29)] + [(3, 1), (3, 2)]


def test_criticism_of_openai_peaks_with_the_accusation_and_defence_grows(
    posts: list[Post], truth: list[dict[str, str]]
) -> None:
    stance = {row["uri"]: row["stance"] for row in truth if row["target"] == "OpenAI"}

    def share(which: str, since: date, until: date) -> float:
        near = [p for p in posts if since <= posted_at(p).date() <= until and p.uri in stance]
        return sum(stance[p.uri] == which for p in near) / len(near)

    peak, late = (date(2025, 1, 29), date(2025, 1, 30)), (date(2025, 2, 17), date(2025, 3, 2))
    assert share("against", *peak) > 0.45 > share("against", *late) + 0.15
    assert share("favor", *late) > 2 * share("favor", *peak)


def test_counts_are_unknown_where_a_source_has_none(posts: list[Post]) -> None:
    for post in posts:
        if post.source in ("rss", "import"):
            assert (post.likes, post.reposts, post.replies, post.quotes) == (None,) * 4
    likes = sorted(post.likes for post in posts if post.likes is not None)
    assert likes[len(likes) // 2] < 5 < 100 < likes[-1]


def test_replies_and_quotes_lead_to_posts_of_the_sample(posts: list[Post]) -> None:
    uris = {post.uri for post in posts}
    answers = [post for post in posts if post.reply_to]
    quotes = [post for post in posts if post.quote_of]
    assert len(answers) > 2_000
    assert len(quotes) > 200
    assert {post.reply_to for post in answers} | {post.thread_root for post in answers} <= uris
    assert {post.quote_of for post in quotes} <= uris
    assert all(post.quoted_text for post in quotes)


def test_few_authors_write_much_and_many_little(posts: list[Post]) -> None:
    written = Counter(post.author for post in posts if post.author)
    most = [n for _, n in written.most_common()]
    assert len(most) > 1_500
    assert most[0] > 20
    assert sum(most[: len(most) // 10]) > 0.3 * sum(most)


def test_everything_is_labelled_and_nobody_and_nowhere_is_real(posts: list[Post]) -> None:
    for post in posts:
        assert "synthetic" in post.labels
        assert post.author is None or post.author.startswith("sample")
        assert post.author_id is None or post.author_id.startswith("did:plc:sample")
        for address in (post.url, post.card_url, *post.links):
            assert address is None or urlsplit(address).hostname in OUR_HOSTS


def test_the_topic_says_that_it_is_synthetic(topic: Topic) -> None:
    assert topic.synthetic
    assert "synthetic" in topic.title
    assert topic.since == datetime(2025, 1, 20, tzinfo=UTC)
    assert {target.name for target in topic.targets} == {"OpenAI", "DeepSeek"}
    assert all(date(2025, 1, 20) <= event.at.date() <= date(2025, 3, 2) for event in topic.events)


def test_the_readme_states_the_counts(
    posts: list[Post], truth: list[dict[str, str]], kinds: dict[str, str]
) -> None:
    said = " ".join((SAMPLE / "README.md").read_text(encoding="utf-8").split())
    for source, count in Counter(post.source for post in posts).items():
        assert f"| {source} | {count:,} |" in said
    assert f"{len(posts):,} posts" in said
    for target in ("OpenAI", "DeepSeek"):
        n = Counter(row["stance"] for row in truth if row["target"] == target)
        counts = f"{n['against']:,} against, {n['favor']:,} in favor, {n['none']:,} none"
        assert f"{target}**: {counts}" in said
    assert f"{sum(row['irony'] == '1' for row in truth) // 2} posts are ironic" in said
    kind = Counter(kinds.values())
    assert f"{kind['offtopic']} posts off the topic" in said
    assert f"{kind['hostile']} texts made to break" in said


def test_the_word_lists_are_well_formed() -> None:
    for path in (SAMPLE / "words").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert tomllib.loads(text)
        assert text.startswith("#")
