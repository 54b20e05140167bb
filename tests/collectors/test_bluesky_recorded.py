"""Real answers of Bluesky, recorded by others: every post in them is mapped or named."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.bluesky.post import read_post, sort_time
from groundswell.post import Item, Post, Rejected

RECORDED = Path(__file__).resolve().parents[2] / ".." / "shared" / "real" / "bluesky"
SEEN = datetime(2026, 11, 24, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(), reason=f"the recorded answers ({RECORDED}) are not here"
)


def bodies(name: str) -> Iterator[Any]:
    for path in sorted(RECORDED.glob(name)):
        said = json.loads(path.read_text(encoding="utf-8"))
        for call in said.get("interactions", []):
            body = call["response"].get("body") or ""
            if body.startswith("{"):
                yield json.loads(body)
        if "interactions" not in said:
            yield said


def views(value: Any) -> Iterator[dict[str, Any]]:
    """Every post view, however deep inside feeds, threads and answers."""
    if isinstance(value, list):
        for entry in value:
            yield from views(entry)
    elif isinstance(value, dict):
        if {"uri", "cid", "author", "record", "indexedAt"} <= value.keys():
            yield value
        for entry in value.values():
            yield from views(entry)


@pytest.fixture(scope="module")
def items() -> list[tuple[dict[str, Any], Item]]:
    found = [view for body in bodies("*.json") for view in views(body)]
    return [(view, read_post(view, SEEN)) for view in found]


def test_every_recorded_post_is_read(items: list[tuple[dict[str, Any], Item]]) -> None:
    kinds = Counter(type(item).__name__ for _, item in items)
    reasons = [item.reason for _, item in items if isinstance(item, Rejected)]
    assert kinds == {"Post": 474}, reasons


def test_what_the_site_said_is_what_we_keep(items: list[tuple[dict[str, Any], Item]]) -> None:
    posts = [(view, item) for view, item in items if isinstance(item, Post)]
    withheld = [post for _, post in posts if post.withheld == "no-unauthenticated"]
    assert len(withheld) == 17
    assert not any(post.text or post.author or post.raw for post in withheld)
    shown = [(view, post) for view, post in posts if post.withheld is None]
    assert all(post.text == view["record"]["text"] for view, post in shown)
    assert all(post.likes == view.get("likeCount") for view, post in shown)
    assert sum(post.quote_of is not None for _, post in shown) >= 55
    assert sum(post.card_url is not None for _, post in shown) >= 80
    assert sum(post.alt_text is not None for _, post in shown) > 0
    assert sum(post.reply_to is not None for _, post in shown) >= 100


def test_tags_and_mentions_stand_in_the_text(items: list[tuple[dict[str, Any], Item]]) -> None:
    """Bytes, not characters: a wrong slice would cut words next to any emoji."""
    posts = [(v, item) for v, item in items if isinstance(item, Post) and item.withheld is None]
    marked = [(tag, p) for v, p in posts if "tags" not in v["record"] for tag in p.tags]
    strange = {post.uri for tag, post in marked if f"#{tag}".lower() not in post.text.lower()}
    assert len(marked) > 400
    assert len(strange) <= 2  # bridged posts, whose text was cut before its tags
    mentions = [(handle, post) for _, post in posts for handle in post.mentions]
    assert len(mentions) > 40
    assert all(f"@{handle}" in post.text for handle, post in mentions)


def test_all_times_are_read_and_the_search_is_sorted_by_what_we_take_for_its_time() -> None:
    answers = list(bodies("*searchPosts*.json"))
    assert len(answers) == 2
    for answer in answers:
        times = [sort_time(view) for view in answer["posts"]]
        known = [time for time in times if time is not None]
        assert len(known) == 100
        assert known == sorted(known, reverse=True)
