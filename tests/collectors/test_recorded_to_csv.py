"""Real recorded posts the whole way: matched, scored, spooled, absorbed, and out as posts.csv."""

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.bluesky.post import read_post
from collectors.hackernews.collector import HackerNews
from groundswell import scoring
from groundswell.post import Item, Post
from groundswell.run import search_terms
from groundswell.settings import Settings
from groundswell.spool import Match, ScoredPost, Spool
from groundswell.store import export
from groundswell.store.filters import Filters
from groundswell.store.owner import open_briefly
from tests.builders import make_batch
from tests.collectors.test_bluesky_recorded import SEEN, bodies, views
from tests.collectors.test_wire_recorded import REAL, answers, page

pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="the recorded answers are not beside this checkout"
)
MATCH = Match(topic="recorded", query="0123456789ab", route="search")


def recorded_posts() -> list[Post]:
    """Every recorded Hacker News hit and Bluesky post view that becomes a post."""
    found: list[Item] = []
    for body in answers().values():
        if "hits" in body:
            found += HackerNews(Settings()).posts(page("hackernews", "search", body))
    found += [read_post(view, SEEN) for body in bodies("*.json") for view in views(body)]
    return [item for item in found if isinstance(item, Post)]


def stored_csv(home: Path, posts: list[Post]) -> list[dict[str, str]]:
    settings, spool = Settings(home=home), Spool(home)
    scored = [
        ScoredPost(post=post, reading=reading, tokens=search_terms(post), matches=(MATCH,))
        for post, reading in zip(posts, scoring.read(posts), strict=True)
    ]
    for seq, chosen in enumerate((scored, scored[::2])):  # half of them twice
        spool.write(replace(make_batch(topic="recorded", seq=seq), posts=chosen))
    out = home / "exports" / "posts.csv"
    with open_briefly(home, settings) as visit, visit.read() as cursor:
        export.posts_csv(cursor, Filters(topic="recorded"), out)
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_recorded_posts_come_out_once_each_with_their_words(tmp_path: Path) -> None:
    posts = recorded_posts()
    shown = {(p.source, p.uri): p for p in posts if p.withheld is None}
    rows = stored_csv(tmp_path, posts)
    assert Counter(row["source"] for row in rows) == Counter(source for source, _ in shown)
    assert {(row["source"], row["uri"]) for row in rows} == set(shown)
    assert len(rows) > 200
    kinds = Counter(row["sentiment"] for row in rows)
    assert set(kinds) <= {"negative", "neutral", "positive", "not_scored"}
    assert all((row["compound"] == "") == (row["sentiment"] == "not_scored") for row in rows)
    texts = [shown[row["source"], row["uri"]].text for row in rows]
    for row, text in zip(rows, texts, strict=True):
        assert row["text"].removeprefix("'") == text.removeprefix("'")
