"""``refresh``: what is gone upstream goes here, with an owner of the home or without."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collectors.hackernews.items import uri_of
from groundswell.settings import Settings
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner, open_briefly
from tests.collectors.fake_hackernews import FakeSearch
from tests.collectors.web import Reply
from tests.groundswell.commands.conftest import Groundswell, printed

Ask = Callable[[], Any]


@pytest.fixture
def items(site: FakeSearch, environment: dict[str, str]) -> dict[str, Any]:
    """Every hit of the site as its own interface shows it, by number."""
    environment["GROUNDSWELL_HACKERNEWS_ITEMS_URL"] = site.web.url
    site.items = {hit["objectID"]: _item(hit) for hit in site.hits}
    return site.items


def _item(hit: dict[str, Any]) -> dict[str, Any]:
    kind = "comment" if hit["comment_text"] else "story"
    own = {"id": int(hit["objectID"]), "type": kind, "by": hit["author"]}
    own |= {"time": hit["created_at_i"], "score": 99, "descendants": 7}
    text = {"text": hit["comment_text"]} if kind == "comment" else {"title": hit["title"]}
    return own | text | ({"parent": hit["parent_id"]} if hit["parent_id"] else {})


def _stored(home: Path) -> dict[str, Any]:
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cur:
        table = questions.posts(cur, Filters(topic="story"), "newest", 99)
    return {row["uri"]: row for row in table.to_dict("records")}


def test_deletions_edits_and_counts_are_folded(
    groundswell: Groundswell, site: FakeSearch, home: Path, items: dict[str, Any]
) -> None:
    groundswell("collect", "story")
    numbers = list(items)
    items[numbers[0]] = {"id": int(numbers[0]), "type": "comment", "deleted": True}
    items[numbers[1]]["title"] = "OpenAI edited DeepSeek"
    items[numbers[2]] = None
    done = groundswell("refresh", "story", "--json")
    assert done.exit_code == 0, done.stderr
    (record,) = printed(done)
    assert {name: record[name] for name in ("state", "posts", "deleted", "missing")} == {
        "state": "ok", "posts": 38, "deleted": 1, "missing": 1,
    }  # fmt: skip
    stored = _stored(home)
    assert uri_of(numbers[0]) not in stored
    assert stored[uri_of(numbers[1])]["text"].startswith("OpenAI edited")
    assert stored[uri_of(numbers[1])]["likes"] == 99
    assert uri_of(numbers[2]) in stored
    (status,) = printed(groundswell("status", "story", "--json"))
    assert (status["route"], status["state"], status["gaps"]) == ("search", "ok", [])


def test_what_was_just_looked_at_is_left_alone(
    groundswell: Groundswell, site: FakeSearch, items: dict[str, Any]
) -> None:
    groundswell("collect", "story")
    assert printed(groundswell("refresh", "story", "--older-than", "1h", "--json"))[0]["posts"] == 0
    asked: list[str] = []
    site.before_answer = lambda call: asked.append(call.path)
    groundswell("refresh", "story")
    assert len(asked) == len(set(asked)) == 40


def test_a_site_that_fails_midway_costs_nothing_and_is_gone_on_with(
    groundswell: Groundswell, site: FakeSearch, items: dict[str, Any]
) -> None:
    groundswell("collect", "story")
    asked: list[str] = []

    def fail_later(call: Any) -> None:
        asked.append(call.path)
        if len(asked) > 10:
            site.faults = [Reply(status=403, body=b"no")]

    site.before_answer = fail_later
    done = groundswell("refresh", "story")
    assert (done.exit_code, "in part" in done.stderr) == (3, True)
    first, site.faults = set(asked[:10]), []
    site.before_answer = lambda call: asked.append(call.path)
    asked.clear()
    assert groundswell("refresh", "story").exit_code == 0
    assert first == set(asked[-10:])  # those looked at last come last


def test_a_site_that_is_closed_is_a_failure(
    groundswell: Groundswell, site: FakeSearch, items: dict[str, Any]
) -> None:
    groundswell("collect", "story")
    site.before_answer = lambda _: site.faults.append(Reply(status=403, body=b"no"))
    done = groundswell("refresh", "story", "--json")
    assert (done.exit_code, printed(done)[0]["reason"]) == (1, "closed")


def test_a_served_home_is_refreshed_through_its_owner(
    groundswell: Groundswell, site: FakeSearch, items: dict[str, Any], served: Owner
) -> None:
    groundswell("collect", "story")
    number = next(iter(items))
    items[number] = {"id": int(number), "type": "comment", "dead": True}
    assert groundswell("refresh", "story", "--source", "hackernews").exit_code == 0
    with served.read() as cur:
        assert questions.count(cur, Filters(topic="story")) == 39


def test_other_sources_and_topics_are_refused(groundswell: Groundswell) -> None:
    for words in (("story", "--source", "import"), ("nothing",), ("story", "--older-than", "old")):
        assert groundswell("refresh", *words).exit_code == 2


def test_an_expired_post_is_not_asked_for(groundswell: Groundswell, items: dict[str, Any]) -> None:
    groundswell("collect", "story")
    short = json.dumps({"hackernews": "0h"})
    done = groundswell("refresh", "story", "--json", GROUNDSWELL_RETENTION=short)
    assert printed(done)[0]["posts"] == 0
