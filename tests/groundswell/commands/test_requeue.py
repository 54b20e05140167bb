"""``requeue``: what was set aside is read again, with an owner of the home or without."""

import json
from pathlib import Path
from typing import Any

import pytest

from collectors.hackernews import items as hackernews_items
from collectors.hackernews.items import uri_of
from groundswell.settings import Settings
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner, open_briefly
from groundswell.store.purge import Wish
from tests.collectors.fake_hackernews import FakeSearch, story
from tests.groundswell.commands.conftest import FIRST, Groundswell, printed

ODD, HOPELESS = "no-number-7", "no-number-8"


@pytest.fixture
def odd(site: FakeSearch) -> None:
    """Two of the site's items have a number that is none."""
    at = int(FIRST.timestamp()) + 60
    site.hits.append(story(at, "OpenAI and DeepSeek, oddly", objectID=ODD))
    site.hits.append(story(at, "OpenAI and DeepSeek, hopelessly", objectID=HOPELESS))


def mend(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the reader knows what such a number means, as far as it means anything."""
    as_before = hackernews_items._id
    monkeypatch.setattr(
        hackernews_items, "_id", lambda value: value if value == ODD else as_before(value)
    )


def stored(home: Path) -> dict[str, Any]:
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cursor:
        table = questions.posts(cursor, Filters(topic="story"), "newest", 99)
    return {row["uri"]: row for row in table.to_dict("records")}


def waiting(home: Path) -> list[dict[Any, Any]]:
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cursor:
        return list(questions.quarantine(cursor, "story", 99).to_dict("records"))


def test_what_can_be_read_by_now_is_stored_and_the_rest_stays(
    groundswell: Groundswell, home: Path, odd: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    groundswell("collect", "story")
    before = waiting(home)
    assert {item["tries"] for item in before} == {1}
    mend(monkeypatch)
    done = groundswell("requeue", "story", "--json")
    assert done.exit_code == 3, done.stderr
    (record,) = printed(done)
    assert (record["source"], record["passed"], record["posts"], record["stayed"]) == (
        ("hackernews", 1, 1, 1)
    )
    post = stored(home)[uri_of(ODD)]
    assert post["text"] == "OpenAI and DeepSeek, oddly"
    assert post["first_seen_at"] in {item["seen_at"] for item in before}
    (left,) = waiting(home)
    assert json.loads(left["raw"])["objectID"] == HOPELESS
    assert (left["tries"], left["reason"]) == (2, record["reasons"][0])


def test_reading_again_twice_changes_nothing(
    groundswell: Groundswell, home: Path, odd: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    groundswell("collect", "story")
    mend(monkeypatch)
    groundswell("requeue")
    once = repr(stored(home))
    again = printed(groundswell("requeue", "--json"))
    assert [(record["passed"], record["stayed"]) for record in again] == [(0, 1)]
    assert repr(stored(home)) == once
    (status,) = printed(groundswell("status", "story", "--json"))
    assert (status["route"], status["state"], status["quarantined"]) == ("search", "ok", 1)


def test_an_item_that_comes_again_unreadable_waits_again(
    groundswell: Groundswell, home: Path, odd: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    groundswell("collect", "story")
    with monkeypatch.context() as mended:
        mend(mended)
        groundswell("requeue", "story")
    with open_briefly(home, Settings(home=home)) as visit:
        visit.write(lambda con: con.execute("DELETE FROM coverage"))
    groundswell("collect", "story")
    assert {item["tries"] for item in waiting(home)} == {3}
    assert all(item["raw"] for item in waiting(home))


def test_of_what_passed_nothing_is_left_in_quarantine(
    groundswell: Groundswell, home: Path, odd: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    groundswell("collect", "story")
    mend(monkeypatch)
    groundswell("requeue", "story")
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cursor:
        rows = cursor.execute(
            "SELECT raw, url, place, context FROM quarantine WHERE state = 'passed'"
        ).fetchall()
    assert rows == [(b"", None, None, None)]


def test_only_what_is_named_is_read_again(
    groundswell: Groundswell, home: Path, odd: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    groundswell("collect", "story")
    mend(monkeypatch)
    ids = {json.loads(item["raw"])["objectID"]: item["id"] for item in waiting(home)}
    assert printed(groundswell("requeue", "--source", "lemmy", "--json")) == []
    (record,) = printed(groundswell("requeue", "--id", ids[HOPELESS], "--json"))
    assert (record["passed"], record["stayed"]) == (0, 1)
    assert groundswell("requeue", "story", "--id", ids[ODD]).exit_code == 0
    assert uri_of(ODD) in stored(home)


def test_while_another_process_owns_the_home(
    groundswell: Groundswell, served: Owner, odd: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    groundswell("collect", "story")
    mend(monkeypatch)
    done = groundswell("requeue", "story", "--source", "hackernews", "--json")
    assert [(r["passed"], r["stayed"]) for r in printed(done)] == [(1, 1)], done.stderr
    with served.read() as cursor:
        assert uri_of(ODD) in set(questions.posts(cursor, Filters(topic="story"), "newest", 99).uri)
        assert len(questions.quarantine(cursor, "story", 9)) == 1


def test_what_was_purged_does_not_come_back(
    groundswell: Groundswell, home: Path, odd: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    groundswell("collect", "story")
    with open_briefly(home, Settings(home=home)) as visit:
        visit.purge(Wish(source="hackernews"))
    mend(monkeypatch)
    assert printed(groundswell("requeue", "--json")) == []
    assert stored(home) == {}


def test_nothing_waits(groundswell: Groundswell) -> None:
    done = groundswell("requeue", "story")
    assert done.exit_code == 0
    assert "Nothing waits" in done.stderr


def test_a_source_of_another_version_is_named(
    groundswell: Groundswell, home: Path, odd: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    groundswell("collect", "story")
    with open_briefly(home, Settings(home=home)) as visit:
        visit.write(lambda con: con.execute("UPDATE quarantine SET source = 'gopher'"))
    done = groundswell("requeue", "story")
    assert done.exit_code == 3
    assert "no source gopher" in done.stderr
