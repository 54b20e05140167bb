"""Starting and stopping: one owner a home, this machine only, and an end in good order."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from dashboard import serve as serving
from groundswell import home as groundswell_home
from groundswell.errors import GroundswellError, WrongUse
from groundswell.settings import Settings
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner, served_by
from tests.dashboard import stories

SERVE = """
import sys
from pathlib import Path
from dashboard.serve import serve
from groundswell.errors import HomeIsOwned
from groundswell.settings import Settings
try:
    serve(Settings(home=Path(sys.argv[1])), port=0, announce=lambda line: print(line, flush=True))
    print("ended in order", flush=True)
except HomeIsOwned as error:
    print(error, "| Streamlit loaded:", "streamlit" in sys.modules, flush=True)
"""
OPTIONS = """
from dashboard.serve import _set_options
import streamlit as st
_set_options("127.0.0.1", 4321, ["dash.example.org"])
names = ("server.port", "server.address", "client.showErrorDetails")
more = ("browser.gatherUsageStats", "server.allowedHosts")
print([st.get_option(name) for name in names + more])
"""
LOGS = """
from groundswell import logs
logs.begin("json")
from dashboard.serve import _take_streamlits_log
_take_streamlits_log()
import streamlit
from streamlit.logger import get_logger
try:
    raise ValueError("words of a stranger")
except ValueError:
    get_logger("streamlit.made.later").error("Uncaught %s", "words of a stranger", exc_info=True)
"""
PATIENCE_S = 60
# Two megabytes of text: more than the buffers between a server and a reader who does not read.
LONG = [stories.post(n, text=f"openai {'x' * 4000}") for n in range(1000, 1500)]
POSTS = [*stories.story(hours=6), *LONG]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    stories.write_topic(folder)
    stories.fill(folder, POSTS)
    return folder


def start(home: Path) -> tuple["subprocess.Popen[str]", str]:
    """A server and the first line it says."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(home)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, process.stdout.readline()


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator["subprocess.Popen[str]"]:
    process, said = start(home)
    assert "http://127.0.0.1:" in said
    yield process
    if process.poll() is None:
        process.kill()
        process.wait(PATIENCE_S)


def test_it_answers_on_loopback_only(server: "subprocess.Popen[str]", home: Path) -> None:
    card = served_by(home)
    assert card is not None
    assert httpx.get(f"{card.url}/_stcore/health").text == "ok"
    assert httpx.get(card.url).headers["x-frame-options"] == "DENY"
    listening = [c for c in psutil.Process(server.pid).net_connections() if c.status == "LISTEN"]
    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}


def test_a_deep_link_is_told_quietly_that_the_server_is_not_below_it(
    server: "subprocess.Popen[str]", home: Path
) -> None:
    assert server.poll() is None
    card = served_by(home)
    assert card is not None
    for asked in ("health", "host-config"):
        assert httpx.get(f"{card.url}/_stcore/{asked}").status_code == 200
        below = httpx.get(f"{card.url}/posts/_stcore/{asked}")
        assert below.status_code == 300  # neither a yes to a page nor an error to a browser
        assert "x-frame-options" in below.headers


def test_who_watches_it_needs_no_token(server: "subprocess.Popen[str]", home: Path) -> None:
    assert server.poll() is None
    card = served_by(home)
    assert card is not None
    assert httpx.get(f"{card.url}/healthz").json() == {"alive": True}
    assert httpx.get(f"{card.url}/readyz").json() == {"ready": True, "reason": None}
    elsewhere = {"host": "evil.example"}
    assert httpx.get(f"{card.url}/readyz", headers=elsewhere).status_code == 421


def test_on_ones_own_machine_scripts_need_no_token_but_come_by_the_door(
    server: "subprocess.Popen[str]", home: Path
) -> None:
    assert server.poll() is None
    card = served_by(home)
    assert card is not None
    url = f"{card.url}/api/v1/topics"
    assert stories.SLUG in httpx.get(url).text
    for headers, status in (
        ({"host": "evil.example"}, 421),
        ({"origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
    ):
        assert httpx.get(url, headers=headers).status_code == status
    assert httpx.get(f"{card.url}/api/v1/nothing").json()["reason"] == "no_such_question"
    assert httpx.get(f"{card.url}/api/status").status_code == 401


def test_the_command_line_gets_the_owners_answers(
    server: "subprocess.Popen[str]", home: Path, tmp_path: Path
) -> None:
    settings = Settings(home=home)
    assert groundswell_home.absorb(settings, patience_s=PATIENCE_S)  # the owner took what waited
    (state,) = groundswell_home.route_states(settings, [(stories.SLUG, "bluesky", "search")])
    assert [covered.window.status for covered in state.covered] == ["complete", "gap", "complete"]
    assert {row["source"] for row in groundswell_home.sources_status(settings)} == {
        "bluesky",
        "hackernews",
    }
    target = tmp_path / "posts.csv"
    groundswell_home.save_csv(settings, "posts", Filters(topic=stories.SLUG), target)
    assert target.read_text(encoding="utf-8").count("\n") == 1 + len(POSTS)
    one = Filters(topic=stories.SLUG, author="bluesky:bluesky-1")
    groundswell_home.save_csv(settings, "posts", one, target)
    theirs = sum(post.author_id == "bluesky-1" for post in POSTS)
    assert target.read_text(encoding="utf-8").count("\n") == 1 + theirs > 1


def test_the_token_is_for_its_user_alone(server: "subprocess.Popen[str]", home: Path) -> None:
    assert (home / "owner.json").stat().st_mode & 0o077 == 0


def test_a_second_server_is_refused_before_anything_slow_is_loaded(
    server: "subprocess.Popen[str]", home: Path
) -> None:
    second, said = start(home)
    assert second.wait(PATIENCE_S) == 0
    card = served_by(home)
    assert card is not None
    assert f"already served at {card.url}" in said
    assert "Streamlit loaded: False" in said


def test_a_reader_who_stalls_does_not_hold_up_the_end(
    server: "subprocess.Popen[str]", home: Path
) -> None:
    card = served_by(home)
    assert card is not None
    port = int(card.url.rsplit(":", 1)[1])
    with socket.socket() as stalled:
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stalled.connect(("127.0.0.1", port))
        stalled.sendall(
            f"GET /api/{stories.SLUG}/posts.csv HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {card.token}\r\n\r\n".encode()
        )
        assert stalled.recv(15) == b"HTTP/1.1 200 OK"
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE_S) == 0
    assert server.stdout is not None
    assert server.stdout.read() == "ended in order\n"
    assert not (home / "owner.json").exists()
    Owner(home, Settings(home=home)).stop()


def test_a_port_that_is_taken_is_a_sentence_and_leaves_the_home_free(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(GroundswellError, match=f"--port {port + 1}"):
            serving.serve(Settings(home=tmp_path), port=port)
    Owner(tmp_path, Settings(home=tmp_path)).stop()


@pytest.mark.parametrize(
    ("host", "names"),
    [("0.0.0.0", ()), ("::", ()), ("192.168.1.7", ["dash.example.org"])]
    + [("127.0.0.1", ["dash.example.org"])],
)
def test_others_are_not_let_in_without_a_login(tmp_path: Path, host: str, names: list[str]) -> None:
    with pytest.raises(WrongUse, match="there is no login"):
        serving.serve(Settings(home=tmp_path), host=host, names=names)


def test_where_others_come_in_there_is_a_name_to_ask_for(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="--name"):
        serving.serve(Settings(home=tmp_path), host="0.0.0.0", no_login=True)


@pytest.mark.parametrize(
    ("login", "says"),
    [
        ({"login_issuer": "https://id.example.org"}, "GROUNDSWELL_LOGIN_CLIENT_ID"),
        ({"login_viewers": ("@example.org",)}, "GROUNDSWELL_LOGIN_VIEWERS is set"),
    ],
)
def test_half_a_login_is_refused_and_leaves_the_home_free(
    tmp_path: Path, login: dict[str, Any], says: str
) -> None:
    settings = Settings(home=tmp_path, **login)
    with pytest.raises(WrongUse, match=says):
        serving.serve(settings, port=0)
    Owner(tmp_path, settings).stop()


def test_streamlit_takes_our_options() -> None:
    said = subprocess.run(
        [sys.executable, "-c", OPTIONS],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"STREAMLIT_BROWSER_GATHER_USAGE_STATS": "true"},
    ).stdout
    hosts = [*serving.LOOPBACK, "dash.example.org"]
    assert said.strip() == f"[4321, '127.0.0.1', 'none', False, {hosts}]"


def test_what_streamlit_logs_is_a_line_without_what_was_said() -> None:
    said = subprocess.run(
        [sys.executable, "-c", LOGS], capture_output=True, text=True, check=True
    ).stderr
    (line,) = [json.loads(one) for one in said.splitlines()]
    assert (line["event"], line["error"]) == ("library", "ValueError")
    assert "stranger" not in said


def test_the_shipped_options_close_what_must_be_closed() -> None:
    options = serving.streamlit_options("127.0.0.1", 1, [])
    assert options["client.showErrorDetails"] == "none"
    assert options["client.toolbarMode"] == "viewer"
    assert options["browser.gatherUsageStats"] is False
    assert options["server.enableXsrfProtection"] is True
    assert options["server.enableCORS"] is True
    assert options["server.enableAgentApi"] is False
    assert options["server.fileWatcherType"] == "none"
    assert not any("http" in str(value) for value in options.values())
