"""What the stream tells becomes posts, deletions and hidings, and authors are heeded first."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from collectors.jetstream import profiles as jetstream_profiles
from collectors.jetstream import run as jetstream_run
from collectors.jetstream import sieve as jetstream_sieve
from collectors.jetstream import wire as jetstream_wire
from collectors.jetstream.events import moment
from collectors.jetstream.run import cursor_at
from groundswell.post import Deletion, Hiding, is_skewed
from tests.collectors.asks import topic
from tests.collectors.jetstream_listener import ago, listen, stream_of
from tests.collectors.sites.jetstream import DID, FakeJetstream, in_us
from tests.collectors.web import Reply


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jetstream_run, "SLICE_S", 0.1)
    monkeypatch.setattr(jetstream_wire, "TICK_S", 0.03)


@pytest.fixture
def site() -> Iterator[FakeJetstream]:
    with FakeJetstream() as made:
        yield made


def start(site: FakeJetstream) -> str:
    """A first event that is nothing, an hour ago; the cursor at it."""
    us = in_us(ago(hours=1))
    site.identity("sample-user.example", us=us)
    site.handles.clear()
    return cursor_at(us)


async def test_a_post_has_its_author_from_the_profile_and_its_time_from_the_stream(
    site: FakeJetstream,
) -> None:
    cursor = start(site)
    uri = site.create("a", "OpenAI \u202eand DeepSeek", us=in_us(ago(minutes=30)))
    heard = await listen(stream_of(site), lambda h: bool(h.posts), cursor=cursor)
    (post,) = heard.posts
    at = moment(site.log[-1]["us"])
    assert (post.uri, post.source, post.version) == (uri, "bluesky", "cid-1")
    assert (post.author_id, post.author, post.author_name) == (
        DID,
        "sample17.example",
        "Sample User",
    )
    assert (post.first_seen_at, post.announced_at, post.indexed_at) == (at, at, at)
    assert post.url == "https://bsky.app/profile/sample17.example/post/a"
    assert post.raw
    assert (post.likes, post.reposts, post.replies, post.quotes) == (None,) * 4


async def test_several_topics_are_matched_at_once(site: FakeJetstream) -> None:
    cursor = start(site)
    for rkey, text in (("a", "openai"), ("b", "deepseek"), ("c", "openai deepseek"), ("d", "none")):
        site.create(rkey, text)
    first, second = topic("openai"), topic("deepseek").model_copy(update={"slug": "other"})
    heard = await listen(
        stream_of(site), lambda h: len(h.posts) == 3, cursor=cursor, topics=[first, second]
    )
    fits = {post.text: slugs for one in heard.slices for post, slugs in one.found}
    assert fits == {
        "openai": ("sample",),
        "deepseek": ("other",),
        "openai deepseek": ("sample", "other"),
    }
    assert sum(one.dropped for one in heard.slices) == 1


async def test_a_topic_takes_posts_of_its_period_only(site: FakeJetstream) -> None:
    cursor = start(site)
    site.create("a", {"text": "openai then", "createdAt": "2019-05-01T00:00:00Z"})
    site.create("b", "openai now")
    since = topic("openai").model_copy(update={"since": ago(days=1)})
    heard = await listen(stream_of(site), lambda h: bool(h.posts), cursor=cursor, topics=[since])
    assert heard.texts == ["openai now"]


async def test_times_that_cannot_be_are_flagged_and_never_charted(site: FakeJetstream) -> None:
    """T-JET-6: createdAt is whatever the client wrote; an edit long after is no skew."""
    cursor = start(site)
    for rkey, at in (
        ("a", "0001-01-01"),
        ("b", "2031-01-01T00:00:00Z"),
        ("c", "2019-01-01T00:00:00Z"),
    ):
        site.create(rkey, {"text": f"openai {rkey}", "createdAt": at})
    site.update("d", {"text": "openai d", "createdAt": "2024-01-01T00:00:00Z"})
    heard = await listen(stream_of(site), lambda h: len(h.posts) == 4, cursor=cursor)
    assert {post.text: is_skewed(post) for post in heard.posts} == {
        "openai a": True,
        "openai b": True,
        "openai c": True,
        "openai d": False,
    }


@pytest.mark.parametrize("text", [None, 5, ["openai"]])
async def test_jet_6_a_post_without_text_is_set_aside(site: FakeJetstream, text: object) -> None:
    """T-JET-6."""
    cursor = start(site)
    site.create("bad", {"text": text, "createdAt": "2025-01-01T00:00:00Z"})
    site.create("good", "openai")
    heard = await listen(stream_of(site), lambda h: bool(h.posts), cursor=cursor)
    (item,) = heard.rejected
    assert item.field_name == "record.text"
    assert b'"bad"' in item.raw


async def test_a_record_nested_too_deep_is_set_aside(site: FakeJetstream) -> None:
    cursor = start(site)
    deep: object = "openai"
    for _ in range(220):
        deep = [deep]
    site.create("deep", {"text": "openai", "tags": ["x"], "more": deep})
    site.create("good", "openai good")
    heard = await listen(stream_of(site), lambda h: bool(h.posts), cursor=cursor)
    assert heard.texts == ["openai good"]
    assert len(heard.rejected) == 1


async def test_nobody_can_fill_the_quarantine(
    site: FakeJetstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jetstream_sieve, "MOST_REJECTS", 3)
    monkeypatch.setattr(jetstream_run, "SLICE_S", 1.0)
    cursor = start(site)
    for _ in range(30):
        site.send(b"{rubbish")
    site.create("good", "openai")
    stream = stream_of(site, jetstream_silence_s=30.0)
    heard = await listen(stream, lambda h: bool(h.posts), cursor=cursor)
    assert len(heard.rejected) <= 6
    assert heard.counts["unreadable"] == 30


async def test_a_deletion_comes_out_and_takes_a_waiting_post_with_it(site: FakeJetstream) -> None:
    cursor = start(site)
    gone = site.create("gone", "openai gone")
    site.delete("gone")
    site.delete("never-seen")
    site.create("stays", "openai stays")
    heard = await listen(stream_of(site), lambda h: bool(h.posts), cursor=cursor)
    assert heard.texts == ["openai stays"]
    deletions = [item for item in heard.others if isinstance(item, Deletion)]
    assert [d.uri for d in deletions] == [gone, gone.replace("/gone", "/never-seen")]
    assert deletions[0].seen_at == moment(site.log[2]["us"])


async def test_an_edit_that_fits_no_topic_still_comes(site: FakeJetstream) -> None:
    """What it replaces may be stored, and is no longer what the author says."""
    cursor = start(site)
    uri = site.update("a", "something else")
    heard = await listen(stream_of(site), lambda h: any(s.found for s in h.slices), cursor=cursor)
    ((post, slugs),) = [found for one in heard.slices for found in one.found]
    assert (post.uri, post.text, slugs) == (uri, "something else", ())


@pytest.mark.parametrize(
    ("active", "status", "meant"),
    [
        (False, "deactivated", "hidden"),
        (False, None, "hidden"),
        (False, "desynchronized", "hidden"),
        (True, None, "shown"),
        (False, "deleted", "gone"),
        (False, "takendown", "gone"),
        (False, "suspended", "gone"),
    ],
)
async def test_jet_8_what_becomes_of_an_account(
    site: FakeJetstream, active: bool, status: str | None, meant: str
) -> None:
    """T-JET-8: account events pass the filter and are the only sign that all its posts must go."""
    cursor = start(site)
    site.account(active, status)
    heard = await listen(stream_of(site), lambda h: bool(h.others), cursor=cursor)
    (item,) = heard.others
    assert item.seen_at == moment(site.log[-1]["us"])
    assert not hasattr(item, "author_id") or item.author_id == DID
    if meant == "gone":
        assert isinstance(item, Deletion)
    else:
        assert isinstance(item, Hiding)
        assert item.lifted is (meant == "shown")


async def test_bsk_26_who_opts_out_is_counted_only(site: FakeJetstream) -> None:
    """BSK-26: the label stands on the profile, not in the record."""
    site.labels[DID] = ["!no-unauthenticated"]
    cursor = start(site)
    site.create("a", "openai secret")
    heard = await listen(stream_of(site), lambda h: bool(h.posts), cursor=cursor)
    (post,) = heard.posts
    assert post.withheld == "no-unauthenticated"
    assert (post.text, post.author, post.author_id, post.raw) == ("", None, None, b"")
    assert post.announced_at is not None


async def test_only_authors_of_posts_that_fit_are_asked_for_and_once(site: FakeJetstream) -> None:
    cursor = start(site)
    dids = [f"did:plc:sample{n}" for n in range(30)]
    for n, did in enumerate(dids):
        site.create(f"x{n}", "nothing of interest", did=f"did:plc:other{n}")
        site.create(f"a{n}", "openai", did=did)
        site.create(f"b{n}", "openai again", did=did)
    await listen(stream_of(site), lambda h: len(h.posts) == 60, cursor=cursor)
    assert all(len(call) <= 25 for call in site.profile_calls)
    asked = [did for call in site.profile_calls for did in call]
    assert sorted(asked) == sorted(dids)


async def test_a_post_waits_for_its_author_and_the_place_waits_with_it(
    site: FakeJetstream,
) -> None:
    """A process that ends before the profile is known reads the post again."""
    cursor = start(site)
    site.unknown.add(DID)
    site.create("a", "openai waits")
    site.create("b", "openai other", did="did:plc:other")

    def known_later() -> None:
        site.unknown.clear()

    first = await listen(stream_of(site), lambda h: bool(h.posts), cursor=cursor)
    assert first.texts == ["openai other"]
    assert first.cursor == cursor_at(site.log[1]["us"])
    assert all(c.end <= moment(site.log[1]["us"]) for c in first.coverage)
    second = await listen(
        stream_of(site),
        lambda h: "openai waits" in h.texts,
        cursor=first.cursor,
        meanwhile=known_later,
    )
    assert second.cursor == cursor_at(site.log[2]["us"])


async def test_an_author_who_is_never_shown_is_counted_only(
    site: FakeJetstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jetstream_sieve, "ABSENT_S", 0.2)
    cursor = start(site)
    site.unknown.add(DID)
    site.create("a", "openai")
    heard = await listen(stream_of(site), lambda h: bool(h.posts), cursor=cursor)
    assert heard.posts[0].withheld == "profile not shown"
    assert heard.posts[0].text == ""
    assert heard.counts["authors not known"] == 1


async def test_profiles_that_cannot_be_asked_are_waited_for(
    site: FakeJetstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jetstream_sieve, "ABSENT_S", 0.0)
    monkeypatch.setattr(jetstream_profiles, "PAUSE_S", 0.1)
    monkeypatch.setattr(jetstream_profiles, "HASTY", {"request_tries": 1})
    cursor = start(site)
    site.profile_faults = [Reply(status=502)] * 3
    site.create("a", "openai")
    heard = await listen(stream_of(site), lambda h: bool(h.posts), cursor=cursor)
    assert heard.texts == ["openai"]
    assert len(site.profile_calls) == 4


async def test_many_profiles_are_asked_for_in_turns(
    site: FakeJetstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None of those that had no turn yet is taken for one that the site does not show."""
    monkeypatch.setattr(jetstream_sieve, "ABSENT_S", 0.0)
    monkeypatch.setattr(jetstream_profiles, "PROFILES_A_CALL", 2)
    monkeypatch.setattr(jetstream_profiles, "TURN_S", -1.0)
    cursor = start(site)
    for n in range(6):
        site.create(f"a{n}", "openai", did=f"did:plc:sample{n}")

    def turn() -> None:
        assert site.profile_calls == []
        monkeypatch.setattr(jetstream_profiles, "TURN_S", 15.0)

    stream = stream_of(site)
    heard = await listen(stream, lambda h: len(h.posts) == 6, cursor=cursor, meanwhile=turn)
    assert len(site.profile_calls) == 3
    assert all(post.withheld is None for post in heard.posts)


async def test_a_new_name_is_used_from_then_on(site: FakeJetstream) -> None:
    cursor = start(site)
    site.create("a", "openai a")
    stream = stream_of(site)

    def renamed() -> None:
        site.identity("renamed.example")
        site.create("b", "openai b")

    heard = await listen(stream, lambda h: len(h.posts) == 2, cursor=cursor, meanwhile=renamed)
    assert [post.author for post in heard.posts] == ["sample17.example", "renamed.example"]


async def test_a_clock_of_a_server_that_runs_ahead_is_not_believed(site: FakeJetstream) -> None:
    cursor = start(site)
    site.create("a", "openai", us=in_us(datetime.now(UTC) + timedelta(days=2)))
    heard = await listen(stream_of(site), lambda h: bool(h.posts), cursor=cursor)
    assert heard.posts[0].first_seen_at <= datetime.now(UTC)
    assert max(c.end for c in heard.coverage) <= datetime.now(UTC)
