"""The Bluesky collector against Bluesky's own servers, with a search that stops after 60 hits."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from pydantic import SecretStr

from collectors.bluesky.collector import Bluesky
from groundswell.coverage import Coverage, Span, merge
from groundswell.errors import Closed, LoginRefused
from groundswell.post import Item, Post, is_skewed
from groundswell.query import parse
from groundswell.settings import Settings
from groundswell.source import Ask
from groundswell.topic import Topic
from tests.network.conftest import BULK, Network, Writer

pytestmark = [pytest.mark.network, pytest.mark.timeout(600)]

START = datetime(2025, 1, 1, tzinfo=UTC)
GONE = ("deleted", "gone1", "banned1", "wiped1")
WORDLESS = ("reply1", "reply2", "quote1", "quote2")  # do not say DeepSeek themselves

NewAccount = Callable[[str], Writer]
UntilFound = Callable[[str, Callable[[list[Any]], bool]], None]


@dataclass
class Run:
    """What one run brought."""

    items: list[Item] = field(default_factory=list)
    windows: list[Coverage] = field(default_factory=list)
    answers: int = 0

    @property
    def posts(self) -> list[Post]:
        return [item for item in self.items if isinstance(item, Post)]

    @property
    def uris(self) -> list[str]:
        return sorted(post.uri for post in self.posts)

    def post(self, uri: str) -> Post:
        return next(post for post in self.posts if post.uri == uri)

    def coverage(self, known: Sequence[Coverage] = ()) -> list[Coverage]:
        return merge(known, self.windows)


def make_settings(network: Network, home: Path, name: str = "bob", **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "home": home,
        "allow_private_addresses": True,
        "bluesky_url": network.pds,
        "bluesky_public_url": network.appview,
        "bluesky_handle": network.accounts[name]["handle"],
        "bluesky_app_password": SecretStr(network.accounts[name]["password"]),
    }
    return Settings(**(values | changes))


def make_ask(words: str, *, span: Span | None = None, **changes: Any) -> Ask:
    now = datetime.now(UTC)
    topic = Topic(slug="story", title="A story", query=parse(words))
    return Ask(topic=topic, span=span or (START, now), now=now, **changes)


async def collect(
    settings: Settings, words: str = "deepseek", *, span: Span | None = None, **changes: Any
) -> Run:
    collector, run = Bluesky(settings), Run()
    async for page in collector.pages(make_ask(words, span=span, **changes)):
        run.windows.extend(page.coverage)
        run.answers += page.body is not None
        run.items.extend(collector.posts(page))
    return run


def expected(network: Network, *besides: str) -> list[str]:
    left_out = {*GONE, *WORDLESS, *besides}
    return sorted(network.uri(key) for key in network.posts if key not in left_out)


@pytest.mark.parametrize("told", [10_000, 60])
async def test_bsk_6_every_seeded_post_is_found_exactly_once(
    network: Network, tmp_path: Path, told: int
) -> None:
    run = await collect(make_settings(network, tmp_path, bluesky_result_ceiling=told))
    assert run.uris == expected(network, "backdated")
    assert len(run.uris) > 1_000
    assert run.answers > BULK / 60
    assert [window.status for window in run.coverage()] == ["complete"]


async def test_bsk_5_the_walk_ends_only_where_the_window_does(
    network: Network, tmp_path: Path
) -> None:
    """Windows are half-open on the sort time: neighbours meet without gap and without overlap."""
    middle = datetime(2025, 1, 31, 6, 30, tzinfo=UTC)
    settings = make_settings(network, tmp_path)
    older = await collect(settings, span=(START, middle))
    newer = await collect(settings, span=(middle, datetime.now(UTC)))
    assert sorted(older.uris + newer.uris) == expected(network, "backdated")
    assert network.uri("bulk390") in newer.uris
    assert network.uri("bulk389") in older.uris


async def test_bsk_20_and_21_times_and_languages_are_kept_as_claimed(
    network: Network, tmp_path: Path
) -> None:
    span = (datetime(2019, 1, 1, tzinfo=UTC), datetime.now(UTC))
    run = await collect(make_settings(network, tmp_path), "deepseek AND (post OR time)", span=span)
    offset = run.post(network.uri("offsettime"))
    assert offset.created_at == datetime(2025, 1, 29, 14, 30, tzinfo=UTC)
    future = run.post(network.uri("future"))
    assert future.created_at == datetime(2031, 5, 5, tzinfo=UTC)
    assert is_skewed(future)
    backdated = run.post(network.uri("backdated"))
    assert backdated.created_at == datetime(2019, 5, 5, tzinfo=UTC)
    assert backdated.first_seen_at > backdated.created_at
    assert run.post(network.uri("selflabel")).labels == ("porn",)


async def test_bsk_22_and_23_what_stands_beside_the_text(network: Network, tmp_path: Path) -> None:
    settings = make_settings(network, tmp_path)
    story = await collect(settings, "deepseek", span=_day(29))
    critic = story.post(network.uri("critic"))
    assert critic.tags == ("DeepSeek", "OpenAI")
    assert critic.author == network.accounts["alice"]["handle"]  # renamed since
    assert (critic.likes, critic.reposts, critic.author_id) == (2, 1, network.did("alice"))
    defend = story.post(network.uri("defend"))
    assert defend.card_url == "https://example.com/ft-story"
    assert defend.card_text == "OpenAI says it has evidence\nFT"
    assert defend.links == ("https://example.com/ft-story",)
    assert defend.likes == 0
    assert story.post(network.uri("image")).alt_text == "whale eats openai logo"
    quotes = await collect(settings, "lol OR quoting", span=_day(29))
    for key in ("quote1", "quote2"):
        quote = quotes.post(network.uri(key))
        assert (quote.quote_of, quote.quoted_text) == (critic.uri, critic.text)
    replies = await collect(settings, "disagree OR sides", span=_day(29))
    first, second = (replies.post(network.uri(key)) for key in ("reply1", "reply2"))
    assert (first.reply_to, first.thread_root) == (critic.uri, critic.uri)
    assert (second.reply_to, second.thread_root) == (first.uri, critic.uri)


async def test_bsk_26_a_user_who_opted_out_is_counted_without_a_word(
    network: Network, tmp_path: Path
) -> None:
    for settings in (
        make_settings(network, tmp_path),
        make_settings(network, tmp_path, bluesky_handle=None),
    ):
        run = await collect(settings, "deepseek opted")
        shy = run.post(network.uri("shy1"))
        assert (shy.withheld, shy.text, shy.author, shy.raw) == (
            "no-unauthenticated",
            "",
            None,
            b"",
        )


async def test_without_login_the_newest_page_is_read_and_called_truncated(
    network: Network, tmp_path: Path
) -> None:
    run = await collect(make_settings(network, tmp_path, bluesky_handle=None))
    assert run.answers == 1
    assert [window.status for window in run.coverage()] == ["truncated"]
    assert 40 < len(run.posts) <= 60


async def test_bsk_4_the_accounts_server_says_login_needed(
    network: Network, tmp_path: Path
) -> None:
    settings = make_settings(network, tmp_path, bluesky_handle=None, bluesky_public_url=network.pds)
    with pytest.raises(Closed, match="AuthMissing") as caught:
        await collect(settings)
    assert caught.value.status == 401


@pytest.mark.parametrize(
    ("name", "changes", "advice"),
    [
        ("bob", {"bluesky_app_password": SecretStr("wrong")}, "Make a new app password"),
        ("banned", {}, "was taken down"),
        ("gone", {}, "deactivated"),
        ("wiped", {}, "Make a new app password"),
    ],
)
async def test_bsk_10_each_refused_login_says_why(
    network: Network, tmp_path: Path, name: str, changes: dict[str, Any], advice: str
) -> None:
    with pytest.raises(LoginRefused, match=advice):
        await collect(make_settings(network, tmp_path, name, **changes))


@pytest.mark.parametrize("spoil", [lambda token: token[:-6] + "AAAAAA", lambda token: "old"])
async def test_bsk_9_a_session_that_has_ended_is_refreshed_and_kept(
    network: Network, tmp_path: Path, spoil: Callable[[str], str]
) -> None:
    """With a password that no longer works the second run can only have refreshed."""
    await collect(make_settings(network, tmp_path), span=_day(29))
    (file,) = (tmp_path / "sessions").glob("*.json")
    kept = json.loads(file.read_text())
    spoiled = spoil(kept["access"])
    file.write_text(json.dumps(kept | {"access": spoiled}))
    settings = make_settings(network, tmp_path, bluesky_app_password=SecretStr("wrong"))
    run = await collect(settings, span=_day(29))
    assert network.uri("critic") in run.uris
    renewed = json.loads(file.read_text())
    assert renewed["access"] != spoiled
    assert renewed["refresh"] != kept["refresh"]
    assert network.uri("critic") in (await collect(settings, span=_day(29))).uris
    assert json.loads(file.read_text()) == renewed


async def test_bsk_9_two_runs_at_once_use_two_sessions(network: Network, tmp_path: Path) -> None:
    settings, runs = make_settings(network, tmp_path), list[Run]()

    async def one() -> None:
        runs.append(await collect(settings, span=_day(29)))

    async with anyio.create_task_group() as group:
        group.start_soon(one)
        group.start_soon(one)
    assert runs[0].uris == runs[1].uris
    kept = [json.loads(path.read_text()) for path in (tmp_path / "sessions").glob("*.json")]
    assert len({each["refresh"] for each in kept}) == 2


async def test_bsk_8_an_app_password_logs_in_too(
    network: Network, tmp_path: Path, new_account: NewAccount
) -> None:
    owner = new_account("keyholder")
    made = owner.call("com.atproto.server.createAppPassword", name="groundswell")
    settings = make_settings(
        network,
        tmp_path,
        bluesky_handle=owner.handle,
        bluesky_app_password=SecretStr(made["password"]),
    )
    assert network.uri("critic") in (await collect(settings, span=_day(29))).uris


async def test_bsk_7_a_post_made_during_a_run_is_found_by_the_next(
    network: Network, tmp_path: Path, new_account: NewAccount, until_found: UntilFound
) -> None:
    settings, author = make_settings(network, tmp_path), new_account("late")
    recent = datetime.now(UTC) - timedelta(hours=2)
    first = await collect(settings, "latecomer", span=(recent, datetime.now(UTC)))
    assert first.uris == []
    uri = author.post("a latecomer of today", _written(timedelta(minutes=30)))
    until_found("latecomer", lambda posts: len(posts) == 1)
    second = await collect(
        settings, "latecomer", span=(recent, datetime.now(UTC)), known=first.coverage()
    )
    assert second.uris == [uri]


async def test_bsk_19_and_25_posts_change_and_go_between_two_runs(
    network: Network, tmp_path: Path, new_account: NewAccount, until_found: UntilFound
) -> None:
    settings, author, leaver = (
        make_settings(network, tmp_path),
        new_account("author"),
        new_account("leaver"),
    )
    stays, edited, deleted = (
        author.post(f"changeling {i}", _written(timedelta(minutes=i + 1))) for i in range(3)
    )
    left = leaver.post("changeling of a leaver", _written(timedelta(minutes=9)))
    until_found("changeling", lambda posts: len(posts) == 4)
    span = (datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC))
    first = await collect(settings, "changeling", span=span)
    assert first.uris == sorted([stays, edited, deleted, left])

    author.delete(deleted)
    author.put(edited, "changeling, corrected", _written(timedelta(minutes=2)))
    leaver.call("com.atproto.server.deactivateAccount")
    until_found(
        "changeling",
        lambda posts: len(posts) == 2 and "corrected" in json.dumps(posts),
    )
    second = await collect(settings, "changeling", span=span, known=first.coverage())
    assert second.uris == sorted([stays, edited])
    assert second.post(edited).text == "changeling, corrected"
    assert second.post(edited).version != first.post(edited).version
    assert second.post(stays).version == first.post(stays).version


def test_the_search_was_asked_as_documented(network: Network) -> None:
    """What reached the index: full date-times, the newest first, never more than 100."""
    seen = httpx.get(f"{network.search}/_log").json()
    questions = [httpx.URL(f"http://x{path}").params for path in seen]
    ours = [params for params in questions if "since" in params]
    assert ours
    assert all(params["since"].endswith("Z") and "." in params["since"] for params in ours)
    assert all(int(params["limit"]) <= 100 for params in ours)


def _day(day: int) -> Span:
    start = datetime(2025, 1, day, tzinfo=UTC)
    return start, start + timedelta(days=1)


def _written(ago: timedelta) -> str:
    time = datetime.now(UTC) - ago
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
