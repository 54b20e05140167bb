"""Reddit's doors: the app's login, tokens that end, closed places, secrets that stay in."""

import logging
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collectors._http import Http
from collectors.reddit.collector import Reddit
from groundswell.errors import (
    BadAnswer,
    Closed,
    LoginRefused,
    NeedsCredentials,
    RefusedAddress,
    SourceError,
)
from groundswell.settings import Settings
from tests.collectors.asks import SINCE, pages_of
from tests.collectors.clock import Clock
from tests.collectors.reddit_desk import collector, uris, wanted, windows
from tests.collectors.sites.reddit import SECRET, SUB, RedditSite, listing
from tests.collectors.web import Call, Reply, Web


@pytest.fixture
def site() -> Iterator[RedditSite]:
    made = RedditSite()
    with made.serving():
        yield made


@pytest.mark.parametrize("missing", ["reddit_client_id", "reddit_client_secret"])
async def test_without_an_app_nothing_is_asked(
    site: RedditSite, tmp_path: Path, missing: str
) -> None:
    reads = collector(site, tmp_path, **{missing: None})
    for asking in (pages_of(reads, wanted()), reads.check()):
        with pytest.raises(NeedsCredentials, match="GROUNDSWELL_REDDIT_CLIENT_ID"):
            await asking
    assert site.web.calls == []


async def test_an_app_that_is_refused_is_not_tried_again(site: RedditSite, tmp_path: Path) -> None:
    reads = collector(site, tmp_path)
    site.secret = "another"
    with pytest.raises(LoginRefused, match="approved and not revoked") as caught:
        await pages_of(reads, wanted([SUB, "examples"]))
    assert SECRET not in str(caught.value)
    assert len(site.web.calls) == 1


async def test_a_token_that_ends_on_the_way_is_renewed(site: RedditSite, tmp_path: Path) -> None:
    published = site.publish(150, start=SINCE, step=60)
    ended: list[Call] = []

    def end(call: Call) -> None:
        if call.one("after") and not ended:
            ended.append(call)
            site.revoke()

    site.before_answer = end
    reads = collector(site, tmp_path)
    assert set(uris(reads, await pages_of(reads, wanted()))) == set(published)
    assert [call.path for call in site.web.calls].count("/api/v1/access_token") == 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b'{"error": "unsupported_grant_type"}', "unsupported_grant_type"),
        (b'{"token_type": "bearer"}', "GROUNDSWELL_REDDIT_AUTH_URL"),
        (b"<html>Sign in</html>", "not with the JSON"),
    ],
)
async def test_a_login_answered_in_another_form_is_an_error(
    tmp_path: Path, answer: bytes, said: str
) -> None:
    with Web(lambda _: Reply(body=answer)) as web:
        site = RedditSite()
        site.web = web
        with pytest.raises((LoginRefused, BadAnswer), match=said):
            await pages_of(collector(site, tmp_path), wanted())


CLOSED = [
    (Reply(status=403, body=b'{"reason": "private", "error": 403}'), "is private"),
    (Reply(status=404, body=b'{"reason": "banned", "error": 404}'), "was banned"),
    (Reply(status=404, body=b'{"message": "Not Found", "error": 404}'), r"404 \(Not Found\)"),
    (Reply(status=403, body=b"<html>Blocked</html>"), "answered 403"),
    (Reply(status=302, headers={"Location": "/subreddits/search/?q=x"}), "was renamed"),
]


@pytest.mark.parametrize(("reply", "said"), CLOSED)
async def test_a_private_or_renamed_subreddit_is_named_and_stops_no_other(
    site: RedditSite, tmp_path: Path, reply: Reply, said: str
) -> None:
    """T-RED-4"""
    published = site.publish(3, start=SINCE)
    site.closed = {"hidden": reply}
    site.before_answer = lambda call: _search_page(site, call)
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, wanted(["hidden", SUB]))
    assert set(uris(reads, pages)) == set(published)
    (window,) = windows(pages, "r/hidden")
    assert (window.status, window.start) == ("closed", SINCE)
    assert "/r/hidden/" in (window.reason or "")
    with pytest.raises(Closed, match=said):
        await pages_of(reads, wanted(["hidden"]))
    with pytest.raises(Closed, match=said):
        await reads.check(wanted(["hidden"]).topic)


def _search_page(site: RedditSite, call: Call) -> None:
    if call.path.startswith("/subreddits/search"):
        site.faults = [listing([])]


async def test_check_logs_in_and_looks(site: RedditSite, tmp_path: Path) -> None:
    assert await collector(site, tmp_path).check(wanted().topic) == (
        f"the app works; r/{SUB} answered"
    )
    assert len(site.web.calls) == 2


async def test_the_user_agent_names_project_and_contact(site: RedditSite, tmp_path: Path) -> None:
    """T-RED-7"""
    await pages_of(collector(site, tmp_path, contact="https://desk.example/ask"), wanted())
    agents = {call.headers["user-agent"] for call in site.web.calls}
    assert len(agents) == 1
    assert agents.pop().startswith("Groundswell/")
    assert "https://desk.example/ask" in site.web.calls[0].headers["user-agent"]


async def test_a_praw_ini_of_the_users_has_no_say(
    site: RedditSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "praw.ini").write_text(
        "[DEFAULT]\nclient_id=other\nclient_secret=other\noauth_url=https://other.example\n"
        "reddit_url=https://other.example\nusername=other\npassword=other\nrefresh_token=other\n"
        "check_for_updates=True\nuser_agent=other\n",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("praw_username", "other")
    published = site.publish(1, start=SINCE)
    reads = collector(site, tmp_path)
    assert uris(reads, await pages_of(reads, wanted())) == published


async def test_an_address_of_this_machine_needs_leave(site: RedditSite, tmp_path: Path) -> None:
    reads = collector(site, tmp_path, allow_private_addresses=False)
    with pytest.raises(RefusedAddress):
        await pages_of(reads, wanted())
    assert site.web.calls == []


async def test_a_spent_quota_is_waited_for_by_our_client(site: RedditSite, tmp_path: Path) -> None:
    clock = Clock()
    headers = {"x-ratelimit-remaining": "0.0", "x-ratelimit-used": "600", "x-ratelimit-reset": "77"}
    first = listing([])
    site.faults = [Reply(body=first.body, headers={**first.headers, **headers})]
    await pages_of(collector(site, tmp_path, clock), wanted())
    assert clock.waits == [77.0]


async def test_no_secret_in_logs_errors_or_addresses(
    site: RedditSite, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    site.publish(2, start=SINCE)
    clock, shown = Clock(), list[str]()
    settings: Any = Settings(home=tmp_path, **site.settings_changes())
    async with Http(settings, source="reddit", sleep=clock.sleep, now=clock.now) as http:
        shown.append(repr(await pages_of(Reddit(settings, http), wanted())))
        for body in (b"", f"<html>{SECRET} {site.token}</html>".encode()):
            site.faults = [Reply(status=500, body=body)] * 6
            with pytest.raises(SourceError) as caught:
                await pages_of(Reddit(settings, http), wanted())
            shown.append("".join(traceback.format_exception(caught.value)))
    shown.append(caplog.text)
    assert not [text for text in shown if SECRET in text or site.token in text]
