"""``groundswell doctor`` says of each source what collecting would meet, and asks for little."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from collectors import SOURCES
from groundswell.cli import main
from groundswell.commands.doctor import BLOCKED, STATE_OF, Finding, exit_code, missing_keys
from groundswell.errors import BadAnswer, BudgetSpent, ClockWrong, Closed, RateLimited
from groundswell.settings import Settings
from tests.collectors.fake_hackernews import FakeSearch, story
from tests.collectors.web import Reply, Web


def doctor(home: Path, *arguments: str, **settings: str) -> Result:
    own = {f"GROUNDSWELL_{name.upper()}": value for name, value in settings.items()}
    env = {"GROUNDSWELL_ALLOW_PRIVATE_ADDRESSES": "1", "GROUNDSWELL_REQUEST_TRIES": "1"} | own
    return CliRunner().invoke(main, ["doctor", "--home", str(home), *arguments], env=env)


def found(result: Result) -> dict[str, dict[str, str]]:
    return {finding["what"]: finding for finding in json.loads(result.stdout)}


def test_a_site_that_answers_works(tmp_path: Path) -> None:
    site = FakeSearch([story(1_737_800_000, "OpenAI")])
    with site.serving() as url:
        result = doctor(tmp_path, "--source", "hackernews", "--json", hackernews_url=url)
    assert result.exit_code == 0, result.output
    assert found(result)["hackernews"]["state"] == "works now"
    assert found(result)["database"]["state"] == "works now"
    assert [call.one("hitsPerPage") for call in site.web.calls] == ["1"]


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        (Reply(status=403, body=b"members only"), "closed"),
        (Reply(body=b"<html>Please sign in</html>"), "blocked"),
        (Reply(status=503), "unreachable"),
        (Reply(status=429, headers={"Retry-After": "80000"}), "over quota"),
        (
            Reply(body=b"{}", headers={"Date": "Wed, 29 Jan 2025 10:00:00 GMT"}),
            "clock wrong",
        ),
    ],
)
def test_a_site_that_does_not_is_told_apart(tmp_path: Path, reply: Reply, state: str) -> None:
    with Web(lambda _: reply) as web:
        result = doctor(tmp_path, "--source", "hackernews", "--json", hackernews_url=web.url)
    assert found(result)["hackernews"]["state"] == state
    assert result.exit_code == 3


def test_a_missing_key_is_named_and_is_no_failure(tmp_path: Path) -> None:
    lacking = {
        name for name, s in SOURCES.items() if missing_keys(s.capabilities.needs, Settings())
    }
    for name in lacking:
        result = doctor(tmp_path, "--source", name, "--json")
        finding = found(result)[name]
        assert finding["state"] == "needs key"
        assert "GROUNDSWELL_" in finding["message"]
        assert result.exit_code == 0


def test_an_unknown_source_is_wrong_use(tmp_path: Path) -> None:
    result = doctor(tmp_path, "--source", "usenet")
    assert result.exit_code == 2
    assert "usenet" in result.output


def test_a_machine_that_is_ill_is_worse_than_a_site(tmp_path: Path) -> None:
    site = Finding(what="rss", state="unreachable", message="")
    disk = Finding(what="disk", state="nearly full", message="", is_source=False)
    well = Finding(what="x", state="works now", message="")
    assert [exit_code(f) for f in ([well], [well, site], [disk, site])] == [0, 3, 1]


def test_every_error_of_a_source_has_a_state() -> None:
    errors = (Closed, RateLimited, BudgetSpent, ClockWrong)
    assert all(error.reason in STATE_OF for error in errors)
    assert STATE_OF.get(BadAnswer.reason, BLOCKED) == BLOCKED


def test_a_folder_in_place_of_the_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "groundswell.duckdb").mkdir()
    result = doctor(tmp_path, "--source", "import", "--json")
    assert found(result)["database"]["state"] == "broken"
    assert result.exit_code == 1


def test_a_clock_a_few_minutes_off_is_told_beside_a_source_that_works(tmp_path: Path) -> None:
    late = format_datetime(datetime.now(UTC) - timedelta(minutes=4), usegmt=True)
    reply = Reply(body=b'{"hits": [], "nbHits": 7, "nbPages": 1}', headers={"Date": late})
    with Web(lambda _: reply) as web:
        result = doctor(tmp_path, "--source", "hackernews", "--json", hackernews_url=web.url)
    told = found(result)
    assert told["hackernews"]["state"] == "works now"
    assert "4 minutes ahead" in told["clock"]["message"]
    assert result.exit_code == 3


def test_a_reset_that_cannot_be_puts_the_clock_in_doubt(tmp_path: Path) -> None:
    """T-X-4"""
    late = f"{datetime.now(UTC).timestamp() + 7200:.0f}"
    reply = Reply(
        body=b'{"hits": [], "nbHits": 7, "nbPages": 1}', headers={"x-rate-limit-reset": late}
    )
    with Web(lambda _: reply) as web:
        result = doctor(tmp_path, "--source", "hackernews", "--json", hackernews_url=web.url)
    told = found(result)
    assert told["hackernews"]["state"] == "works now"
    assert told["clock"]["state"] == "in doubt"
    assert "minutes to come" in told["clock"]["message"]
    assert result.exit_code == 3
