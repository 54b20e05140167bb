"""``purge``: gone from the home and from later exports, and it stays gone."""

from pathlib import Path

from groundswell.store.owner import Owner
from tests.collectors.fake_hackernews import FakeSearch
from tests.groundswell.commands.conftest import Groundswell, printed
from tests.groundswell.store.traces import traces


def posts_of(groundswell: Groundswell) -> int:
    (record,) = printed(groundswell("status", "story", "--json"))
    return int(record["posts"])


def test_a_purged_post_does_not_come_back(
    groundswell: Groundswell, site: FakeSearch, tmp_path: Path
) -> None:
    groundswell("collect", "story")
    uri = f"https://news.ycombinator.com/item?id={site.hits[-1]['objectID']}"
    done = groundswell("purge", "--uri", uri, "--yes")
    assert (done.exit_code, done.stderr.split()[0]) == (0, "1")
    assert posts_of(groundswell) == 39
    groundswell("collect", "story")  # its last minutes are read again
    assert posts_of(groundswell) == 39
    groundswell("export", "story", "--out", str(tmp_path / "out"))
    assert uri not in (tmp_path / "out" / "posts.csv").read_text(encoding="utf-8")


def test_an_account_goes_with_all_its_posts(groundswell: Groundswell) -> None:
    groundswell("collect", "story")
    assert groundswell("purge", "--author", "sample-user-17", "--yes").exit_code == 0
    assert posts_of(groundswell) == 20


def test_nothing_goes_without_a_yes(groundswell: Groundswell) -> None:
    groundswell("collect", "story")
    asked = groundswell("purge", "--topic", "story")
    assert asked.exit_code == 1
    assert "40 posts" in asked.stderr
    assert posts_of(groundswell) == 40


def test_two_wishes_at_once_are_refused(groundswell: Groundswell) -> None:
    result = groundswell("purge", "--uri", "a", "--author", "b")
    assert result.exit_code == 2
    assert "--uri, --author, --topic, --older-than" in result.stderr


def test_what_is_old_goes_and_stays_away(groundswell: Groundswell) -> None:
    groundswell("collect", "story")
    assert groundswell("purge", "--older-than", "2025-01-29T12:00Z", "--yes").exit_code == 0
    assert posts_of(groundswell) == 20
    groundswell("purge", "--older-than", "2025-01-30", "--source", "bluesky", "--yes")
    assert posts_of(groundswell) == 20


def test_a_source_goes_whole_and_may_come_anew(groundswell: Groundswell) -> None:
    groundswell("collect", "story")
    assert groundswell("purge", "--source", "hackernews", "--yes").stderr.startswith("40 posts")
    groundswell("collect", "story")
    assert posts_of(groundswell) == 40


def test_a_served_home_is_purged_while_it_is_served(
    groundswell: Groundswell, served: Owner, site: FakeSearch
) -> None:
    groundswell("collect", "story")
    uri = f"https://news.ycombinator.com/item?id={site.hits[-1]['objectID']}"
    asked = groundswell("purge", "--uri", uri)
    assert "Delete 1 posts" in asked.stderr
    assert posts_of(groundswell) == 40
    assert groundswell("purge", "--uri", uri, "--yes").exit_code == 0
    assert posts_of(groundswell) == 39
    assert groundswell("purge", "--author", "sample-user-17", "--yes").exit_code == 0
    assert traces(served.home, "take 39") == []
    wrong = groundswell("purge", "--topic", "no-such-topic", "--yes")
    assert (wrong.exit_code, "no-such-topic" in wrong.stderr) == (2, True)


def test_a_purged_topic_that_is_still_scheduled_is_said_to_be(groundswell: Groundswell) -> None:
    groundswell("collect", "story")
    groundswell("schedule", "add", "story", "--every", "1h", "--source", "hackernews")
    done = groundswell("purge", "--topic", "story", "--yes")
    assert "groundswell schedule remove story.hackernews" in done.stderr
