"""``collect`` and what reads after it: once is once, gaps are named, exit codes hold."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest

from tests.collectors.fake_hackernews import FakeSearch
from tests.collectors.web import Reply
from tests.groundswell.commands.conftest import FIRST, Groundswell, hits, printed


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_collected_twice_is_stored_once(
    groundswell: Groundswell, site: FakeSearch, tmp_path: Path
) -> None:
    first = groundswell("collect", "story", "--json")
    assert (first.exit_code, printed(first)[0]["posts"]) == (0, 40)
    assert groundswell("collect", "story").exit_code == 0
    assert groundswell("export", "story", "--out", str(tmp_path / "out")).exit_code == 0
    rows = rows_of(tmp_path / "out" / "posts.csv")
    assert len(rows) == len({row["uri"] for row in rows}) == 40
    (record,) = printed(groundswell("status", "story", "--json"))
    assert (record["source"], record["state"], record["posts"]) == ("hackernews", "ok", 40)
    assert record["gaps"] == []


def test_posts_that_came_late_into_an_open_topic_are_found(
    groundswell: Groundswell, site: FakeSearch, home: Path
) -> None:
    topic = home / "topics" / "story.toml"
    groundswell("collect", "story", "--until", "2025-01-29")
    topic.write_text(topic.read_text())
    assert groundswell("collect", "story").exit_code == 0
    (record,) = printed(groundswell("status", "story", "--json"))
    assert record["posts"] == 40


def test_the_second_run_asks_only_for_what_is_not_covered(
    groundswell: Groundswell, site: FakeSearch
) -> None:
    site.hits = hits(2_500)  # above the site's ceiling: many requests
    groundswell("collect", "story")
    asked = len(site.web.calls)
    groundswell("collect", "story")
    again = site.web.calls[asked:]
    newest_minutes = int((FIRST + timedelta(days=3, minutes=-10)).timestamp())
    assert asked > 3
    assert all(f"created_at_i>={newest_minutes}" in c.one("numericFilters") for c in again)


def test_a_limit_leaves_a_named_gap_and_exit_code_3(groundswell: Groundswell) -> None:
    result = groundswell("collect", "story", "--limit", "5", "--json")
    assert result.exit_code == 3
    (record,) = printed(result)
    assert record["posts"] >= 5
    assert any("limit" in gap["reason"] for gap in record["gaps"])
    (state,) = printed(groundswell("status", "--json"))
    assert any("limit" in gap["reason"] for gap in state["gaps"])


def test_an_unreachable_site_is_one_line_and_exit_code_1(groundswell: Groundswell) -> None:
    result = groundswell("collect", "story", GROUNDSWELL_HACKERNEWS_URL="http://127.0.0.1:9")
    assert result.exit_code == 1
    assert result.stderr.startswith("hackernews: 0 posts")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output
    (record,) = printed(groundswell("status", "--json"))
    assert record["gaps"][0]["from"].startswith("2025-01-28")


def test_a_login_page_with_status_200_is_not_an_empty_answer(
    groundswell: Groundswell, site: FakeSearch
) -> None:
    page = Reply(body=b"<html><title>Sign in</title></html>", headers={"Content-Type": "text/html"})
    site.faults = [page] * 50
    result = groundswell("collect", "story", "--json")
    assert result.exit_code == 1
    assert printed(result)[0]["reason"] == "bad_answer"
    assert groundswell("collect", "story").exit_code in (0, 1)


def test_addresses_of_this_machine_are_refused_without_leave(groundswell: Groundswell) -> None:
    result = groundswell("collect", "story", "--json", GROUNDSWELL_ALLOW_PRIVATE_ADDRESSES="0")
    assert result.exit_code == 1
    assert printed(result)[0]["reason"] == "refused_address"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("collect", "storey"), "story"),
        (("collect", "story", "--source", "myspace"), "hackernews"),
        (("collect", "story", "--since", "soon"), "2025-01-29"),
        (("collect", "story", "--since", "2099-01-01"), "future"),
        (("collect",), "TOPICS"),
        (("collect", "story", "--limit", "0"), "0"),
        (("export", "story"), "--out"),
        (("status", "../../etc/passwd"), "topic"),
    ],
)
def test_wrong_use_is_exit_code_2_with_the_mend(
    groundswell: Groundswell, words: tuple[str, ...], said: str
) -> None:
    result = groundswell(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_a_broken_topic_names_file_and_line(groundswell: Groundswell, home: Path) -> None:
    (home / "topics" / "broken.toml").write_text('title = "x"\nquery = "a AND ("\n')
    result = groundswell("collect", "broken")
    assert result.exit_code == 2
    assert "broken.toml" in result.stderr
    assert "line 2" in result.stderr


def test_a_setting_that_does_not_fit_is_named(groundswell: Groundswell) -> None:
    result = groundswell("status", GROUNDSWELL_PORT="many")
    assert result.exit_code == 2
    assert "GROUNDSWELL_PORT" in result.stderr


def test_a_home_that_cannot_be_made_is_one_line(groundswell: Groundswell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = groundswell("status", "--home", str(tmp_path / "file" / "home"))
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1


def test_while_the_disk_is_nearly_full_nothing_is_asked(
    groundswell: Groundswell, site: FakeSearch
) -> None:
    full = groundswell("collect", "story", GROUNDSWELL_LEAST_FREE_BYTES=str(10**18))
    assert (full.exit_code, len(site.web.calls)) == (3, 0)
    assert "nearly full" in full.stderr
    assert groundswell("collect", "story").exit_code == 0
