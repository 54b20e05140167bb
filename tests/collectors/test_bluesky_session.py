"""One session per run, kept on disk, renewed once, never used by two."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from collectors._http import Http
from collectors.bluesky.account import Account, Session, root_of
from collectors.bluesky.session import Login, load, own_file, save
from groundswell.errors import (
    BadAnswer,
    GroundswellError,
    HomeError,
    LoginRefused,
    RateLimited,
    StateError,
    Unreachable,
)
from groundswell.settings import Settings
from tests.collectors.bluesky_server import ENTRY, HANDLE, OWN, PASSWORD, FakeBluesky, error
from tests.collectors.clock import Clock

KEPT = Session(identifier=HANDLE, server=f"https://{OWN}", access="access-0", refresh="refresh-0")


def make_settings(home: Path, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "home": home,
        "bluesky_url": f"https://{ENTRY}/",
        "bluesky_handle": HANDLE,
        "bluesky_app_password": SecretStr(PASSWORD),
    }
    return Settings(**(values | changes))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def account(tmp_path: Path, server: FakeBluesky, clock: Clock) -> AsyncIterator[Account]:
    settings, transport = make_settings(tmp_path), httpx.MockTransport(server)
    async with Http(
        settings, source="bluesky", transport=transport, sleep=clock.sleep, now=clock.now
    ) as http:
        yield Account(settings, http)


@pytest.fixture
def server() -> FakeBluesky:
    return FakeBluesky()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sessions" / "bluesky-sample.json"


async def test_a_login_is_kept_with_the_accounts_own_server(
    account: Account, server: FakeBluesky, file: Path
) -> None:
    session = await Login(account, file).session()
    assert session.server == f"https://{OWN}"
    assert load(file, HANDLE) == session
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


async def test_a_server_without_a_did_document_is_its_own(
    account: Account, server: FakeBluesky, file: Path
) -> None:
    server.pds = None
    assert (await Login(account, file).session()).server == f"https://{ENTRY}"


async def test_bsk_8_a_kept_session_needs_no_login(
    account: Account, server: FakeBluesky, file: Path
) -> None:
    first = await Login(account, file).session()
    login = Login(account, file)
    assert await login.session() == await login.session() == first
    assert server.calls["createSession"] == 1


async def test_bsk_9_a_refresh_is_on_disk_before_it_is_used(
    account: Account, server: FakeBluesky, file: Path
) -> None:
    login = Login(account, file)
    first = await login.session()
    second = await login.renewed()
    assert second.refresh != first.refresh
    assert load(file, HANDLE) == second == await login.session()
    assert (server.calls["createSession"], server.calls["refreshSession"]) == (1, 1)


async def test_a_refresh_that_is_refused_leads_to_the_one_login_of_the_run(
    account: Account, server: FakeBluesky, file: Path
) -> None:
    save(file, KEPT)
    login = Login(account, file)
    assert (await login.session()).access == "access-0"
    assert (await login.renewed()).access == "access-1"
    server.end_session()
    with pytest.raises(LoginRefused, match="ExpiredToken"):
        await login.renewed()
    assert server.calls["createSession"] == 1


@pytest.mark.parametrize(
    ("refusal", "advice"),
    [
        ((401, "AuthenticationRequired"), "Make a new app password"),
        ((401, "AuthFactorTokenRequired"), "the account's own password"),
        ((400, "AccountDeactivated"), "deactivated. Reactivate it"),
        ((401, "AccountTakedown"), "was taken down"),
        ((403, "SomethingNew"), "refused the session (SomethingNew: sample message"),
    ],
)
async def test_bsk_10_each_refused_login_says_what_to_do_and_is_not_retried(
    account: Account, server: FakeBluesky, file: Path, refusal: tuple[int, str], advice: str
) -> None:
    server.login_error = refusal
    with pytest.raises(LoginRefused) as caught:
        await Login(account, file).session()
    assert advice in str(caught.value)
    assert "\n" not in str(caught.value)
    assert PASSWORD not in str(caught.value)
    assert server.calls["createSession"] == 1
    assert not file.exists()


@pytest.mark.parametrize(
    ("status", "advice"), [("deactivated", "Reactivate it"), ("suspended", "was taken down")]
)
async def test_bsk_10_an_account_that_may_log_in_but_is_not_active_is_refused(
    account: Account, server: FakeBluesky, file: Path, status: str, advice: str
) -> None:
    server.status = status
    with pytest.raises(LoginRefused, match=advice):
        await Login(account, file).session()


async def test_bsk_8_a_full_login_quota_is_waited_for(
    account: Account, server: FakeBluesky, file: Path, clock: Clock
) -> None:
    full = {"retry-after": "273", "ratelimit-limit": "30", "ratelimit-remaining": "0"}
    server.next_answers = [error(429, "RateLimitExceeded", **full)]
    session = await Login(account, file).session()
    assert session.access == "access-1"
    assert clock.waits == [273.0]


async def test_a_wait_beyond_patience_is_said_with_the_time_to_come_back(
    account: Account, server: FakeBluesky, file: Path, clock: Clock
) -> None:
    server.next_answers = [error(429, "RateLimitExceeded", **{"retry-after": "7000"})]
    with pytest.raises(RateLimited) as caught:
        await Login(account, file).session()
    assert caught.value.resumes_at is not None
    assert clock.waits == []


async def test_a_server_that_is_down_is_unreachable(
    account: Account, server: FakeBluesky, file: Path
) -> None:
    server.next_answers = [httpx.Response(502) for _ in range(6)]
    with pytest.raises(Unreachable):
        await Login(account, file).session()


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, html="<html>a login page</html>"),
        httpx.Response(200, content=b'{"did": "did:plc'),
        httpx.Response(200, json={"did": "did:plc:sample17"}),
        httpx.Response(200, json=["session"]),
        httpx.Response(
            200,
            json={
                "did": "did:plc:sample17",
                "handle": HANDLE,
                "accessJwt": "two\r\nlines",
                "refreshJwt": "x",
            },
        ),
    ],
)
async def test_an_answer_that_is_no_session_is_named(
    account: Account, server: FakeBluesky, file: Path, answer: httpx.Response
) -> None:
    server.next_answers = [answer]
    with pytest.raises(BadAnswer):
        await Login(account, file).session()
    assert not file.exists()


def test_bsk_9_two_runs_never_share_a_session(tmp_path: Path) -> None:
    named = Account(make_settings(tmp_path), None)  # type: ignore[arg-type]  # asks nothing
    with own_file(tmp_path, named) as first:
        with own_file(tmp_path, named) as second, own_file(tmp_path, named) as third:
            assert len({first, second, third}) == 3
        with own_file(tmp_path, named) as again:
            assert again == second
    with own_file(tmp_path, named) as once_more:
        assert once_more == first


def test_bsk_9_another_process_that_holds_the_session_keeps_it(tmp_path: Path) -> None:
    named = Account(make_settings(tmp_path), None)  # type: ignore[arg-type]  # asks nothing
    with _held_elsewhere(tmp_path), own_file(tmp_path, named) as other:
        assert other.name.endswith("-2.json")
    with own_file(tmp_path, named) as free:
        assert not free.name.endswith("-2.json")


def test_another_account_has_another_file(tmp_path: Path) -> None:
    with ExitStack() as stack:
        files = {
            stack.enter_context(own_file(tmp_path, Account(settings, None)))  # type: ignore[arg-type]  # asks nothing
            for settings in (
                make_settings(tmp_path),
                make_settings(tmp_path, bluesky_handle="sample-user-18.example"),
                make_settings(tmp_path, bluesky_url="https://other.example"),
            )
        }
    assert len(files) == 3


KEPT_JSON = {"identifier": HANDLE, "server": "https://x.example", "access": "a", "refresh": "r"}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '"text"',
        "\x00",
        '{"identifier": "x"}',
        json.dumps(KEPT_JSON | {"access": ""}),
        json.dumps(KEPT_JSON | {"refresh": "two\nlines"}),
        json.dumps(KEPT_JSON | {"access": 7}),
        json.dumps(KEPT_JSON | {"server": "file:///etc/passwd"}),
        json.dumps(KEPT_JSON | {"more": "than known"}),
    ],
)
def test_a_damaged_session_is_loud_and_says_what_to_delete(file: Path, content: str) -> None:
    file.parent.mkdir()
    file.write_text(content)
    with pytest.raises(StateError, match="Delete it") as caught:
        load(file, HANDLE)
    assert str(file) in str(caught.value)


def test_a_session_of_another_account_is_not_used(file: Path) -> None:
    save(file, KEPT)
    with pytest.raises(StateError, match=HANDLE):
        load(file, "sample-user-18.example")


def test_the_tokens_show_in_no_repr() -> None:
    assert "access-0" not in repr(KEPT)
    assert "refresh-0" not in repr(KEPT)


def test_a_failed_write_keeps_the_last_session(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(file, KEPT)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(HomeError, match="No space left"):
        save(file, replace(KEPT, access="a", refresh="r"))
    monkeypatch.undo()
    assert load(file, HANDLE) == KEPT
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert issubclass(HomeError, GroundswellError)


def test_the_session_file_is_json_a_person_can_look_at(file: Path) -> None:
    save(file, KEPT)
    assert json.loads(file.read_text())["server"] == f"https://{OWN}"


@pytest.mark.parametrize(
    "url", ["https://x.example", "https://x.example/", "https://x.example/xrpc/"]
)
def test_a_servers_address_is_taken_in_each_way_people_write_it(url: str) -> None:
    assert root_of(url) == "https://x.example"


@contextmanager
def _held_elsewhere(home: Path) -> Iterator[None]:
    """Another process that holds the first session file meanwhile."""
    script = "\n".join(
        (
            "import sys",
            "from pathlib import Path",
            "from collectors.bluesky.account import Account",
            "from collectors.bluesky.session import own_file",
            "from tests.collectors.test_bluesky_session import make_settings",
            "home = Path(sys.argv[1])",
            "with own_file(home, Account(make_settings(home), None)):",
            "    sys.stdout.write('held\\n')",
            "    sys.stdout.flush()",
            "    sys.stdin.read()",
        )
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield
        other.communicate()
