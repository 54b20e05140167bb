"""The stream over connections that end, lie, fall silent and forget: nothing lost unsaid."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import zstandard

from collectors.jetstream import line as jetstream_line
from collectors.jetstream import run as jetstream_run
from collectors.jetstream import wire as jetstream_wire
from collectors.jetstream.events import moment
from collectors.jetstream.run import cursor_at
from tests.collectors.jetstream_listener import ago, listen, stream_of
from tests.collectors.sites.jetstream import FakeJetstream, Fault, in_us
from tests.collectors.web import Reply

MINUTE = timedelta(minutes=1)
SECOND_US = 1_000_000


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jetstream_run, "SLICE_S", 0.1)
    monkeypatch.setattr(jetstream_wire, "TICK_S", 0.05)


@pytest.fixture(params=[False, True], ids=["v2", "v1"])
def site(request: pytest.FixtureRequest) -> Iterator[FakeJetstream]:
    with FakeJetstream(is_v1=bool(request.param)) as made:
        yield made


@pytest.fixture
def v2() -> Iterator[FakeJetstream]:
    with FakeJetstream() as made:
        yield made


def told(site: FakeJetstream, count: int, **spread: timedelta) -> str:
    """So many posts an hour ago, a second apart; a cursor at the first."""
    start = ago(hours=1)
    site.publish(count, start=start, step=spread.get("step", timedelta(seconds=1)))
    return cursor_at(in_us(start))


async def test_a_quiet_stream_is_joined_now_and_hears_what_comes(site: FakeJetstream) -> None:
    told(site, 3)
    stream = stream_of(site)
    heard = await listen(
        stream,
        lambda h: len(h.posts) == 1,
        meanwhile=lambda: site.create("x", "openai now"),
    )
    assert heard.texts == ["openai now"]
    assert "cursor" not in site.asked[0]
    assert heard.gaps == []


async def test_jet_2_and_bsk_15_a_polite_close_is_not_the_end(site: FakeJetstream) -> None:
    """T-JET-2, BSK-15: closed with 1000 every 5 events, every event still arrives."""
    cursor = told(site, 40, step=timedelta(seconds=6))  # wider than what is rewound
    site.script = [Fault(close_after=5)] * 30
    heard = await listen(stream_of(site), lambda h: len(set(h.texts)) == 40, cursor=cursor)
    assert sorted(set(heard.texts)) == sorted(f"openai {n}" for n in range(40))
    assert heard.gaps == []


async def test_a_line_cut_within_what_is_rewound_comes_farther_all_the_same(
    site: FakeJetstream,
) -> None:
    """Else the same events would come for ever, and no other: fifty a second are usual."""
    cursor = told(site, 30, step=timedelta(milliseconds=20))
    site.script = [Fault(close_after=5)] * 60
    heard = await listen(stream_of(site), lambda h: len(set(h.texts)) == 30, cursor=cursor)
    assert (heard.gaps, heard.troubles) == ([], [])
    assert len(site.asked) < 30


@pytest.mark.parametrize("code", [1001, 1011])
async def test_every_other_close_is_followed_by_a_connection(v2: FakeJetstream, code: int) -> None:
    cursor = told(v2, 4)
    v2.script = [Fault(close_after=2, code=code)]
    heard = await listen(stream_of(v2), lambda h: len(set(h.texts)) == 4, cursor=cursor)
    assert len(v2.asked) >= 2
    assert heard.gaps == []


async def test_jet_7_and_bsk_12_it_resumes_a_little_earlier(site: FakeJetstream) -> None:
    """T-JET-7, BSK-12: seconds before the last event, so that what was reordered comes again."""
    start = ago(hours=1)
    site.publish(3, start=start, step=timedelta(seconds=1))
    last_us = site.log[-1]["us"]
    await listen(stream_of(site), lambda h: bool(h.slices), cursor=cursor_at(last_us))
    assert int(site.asked[0]["cursor"]) == last_us - jetstream_line.REWIND_US


async def test_jet_3_another_host_is_asked_by_time_and_further_back() -> None:
    """T-JET-3, T-JET-11: numbers belong to one host; the place is the time of witnessing."""
    with FakeJetstream() as first, FakeJetstream(is_v1=True) as second:
        cursor = told(first, 3)
        second.log = [event | {"seq": 9_000 + n} for n, event in enumerate(first.log)]
        second.create("only-there", "openai there", us=first.log[-1]["us"] + SECOND_US)
        first.script = [Fault(close_after=3), *[Fault(refused=Reply(status=503))] * 99]
        stream = stream_of(first, jetstream_fallback_urls=(second.url,))
        heard = await listen(stream, lambda h: "openai there" in h.texts, cursor=cursor)
    asked_us = int(second.asked[-1]["cursor"])
    assert asked_us == first.log[2]["us"] - jetstream_line.REWIND_ELSEWHERE_US
    assert set(heard.texts) == {"openai 0", "openai 1", "openai 2", "openai there"}
    assert heard.gaps == []


async def test_jet_3_future_cursor_is_said_and_the_difference_is_a_gap(v2: FakeJetstream) -> None:
    """T-JET-3: a host that does not know our time yet begins now; what lies between is lost."""
    at = in_us(ago(hours=2))
    v2.create("x", "openai later", us=at + 60 * SECOND_US)
    notice = v2.info("FutureCursor", "began at the tip")
    v2.script = [Fault(first=[notice])]
    heard = await listen(stream_of(v2), lambda h: bool(h.posts), cursor=cursor_at(at))
    (gap,) = heard.gaps
    assert (gap.start, gap.end) == (moment(at), moment(at + 60 * SECOND_US))
    assert "FutureCursor" in str(gap.reason)


async def test_jet_4_unreadable_frames_are_set_aside_and_counted(site: FakeJetstream) -> None:
    """T-JET-4: broken JSON, foreign messages and unknown kinds are each counted."""
    cursor = told(site, 1)
    for raw in (b"{not json", b"[]", b'"text"', b'{"$type": "message", "payload": {"$type": "x"}}'):
        site.send(raw)
    site.tell("weather", {"rain": True})
    site.create("after", "openai after")
    heard = await listen(stream_of(site), lambda h: "openai after" in h.texts, cursor=cursor)
    assert [item.raw for item in heard.rejected][0] == b"{not json"
    assert heard.counts["unreadable"] == len(heard.rejected) == 4
    assert heard.counts["unknown"] == 1
    assert sum(one.read for one in heard.slices) == len(site.log)


@pytest.mark.parametrize("lacking", ["record", "operation", "rkey", "collection"])
async def test_jet_5_a_malformed_event_costs_itself_only(site: FakeJetstream, lacking: str) -> None:
    """T-JET-5."""
    cursor = told(site, 1)
    body = {
        "rev": "3k",
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": "bad",
        "record": {"text": "openai"},
        "cid": "c",
    }
    del body[lacking]
    site.tell("commit", body)
    site.create("after", "openai after")
    heard = await listen(stream_of(site), lambda h: "openai after" in h.texts, cursor=cursor)
    assert len(heard.rejected) == 1
    assert "bad" in heard.rejected[0].raw.decode() or lacking == "rkey"


async def test_jet_9_no_kinds_and_no_size_limit_are_asked_for(site: FakeJetstream) -> None:
    """T-JET-9: both can hide deletions."""
    await listen(stream_of(site), lambda h: bool(h.slices))
    assert set(site.asked[0]) in ({"collections"}, {"wantedCollections"})


async def test_jet_10_too_old_a_cursor_is_a_gap_to_the_first_event(v2: FakeJetstream) -> None:
    """T-JET-10, BSK-13: #info OutdatedCursor."""
    cursor = told(v2, 10)
    v2.floor = 4
    heard = await listen(stream_of(v2), lambda h: len(h.posts) == 6, cursor=cursor)
    (gap,) = heard.gaps
    assert (gap.start, gap.end) == (moment(v2.log[0]["us"]), moment(v2.log[4]["us"]))
    assert gap.status == "gap"


async def test_jet_10_a_refused_cursor_is_a_gap_to_the_first_event(v2: FakeJetstream) -> None:
    """T-JET-10, BSK-13: HTTP 400 CursorTooOld before the upgrade."""
    cursor = told(v2, 2)
    body = json.dumps({"error": "CursorTooOld", "message": "oldest kept is 7"}).encode()
    v2.script = [Fault(refused=Reply(status=400, body=body))]
    heard = await listen(
        stream_of(v2),
        lambda h: bool(h.posts),
        cursor=cursor,
        meanwhile=lambda: v2.create("now", "openai now"),
    )
    (gap,) = heard.gaps
    assert (gap.start, gap.end) == (moment(v2.log[0]["us"]), moment(v2.log[2]["us"]))
    assert "cursor" not in v2.asked[1]


async def test_bsk_11_version_1_begins_later_without_a_word() -> None:
    """BSK-11: the first event is later than the cursor asked for."""
    with FakeJetstream(is_v1=True, floor=3) as site:
        cursor = told(site, 5)
        heard = await listen(stream_of(site), lambda h: len(h.posts) == 2, cursor=cursor)
    (gap,) = heard.gaps
    assert (gap.start, gap.end) == (moment(site.log[0]["us"]), moment(site.log[3]["us"]))


async def test_jet_11_the_place_is_when_it_was_witnessed(v2: FakeJetstream) -> None:
    """T-JET-11: ``witnessedAt`` where there is one, for ``time`` may have been imported."""
    cursor = told(v2, 1)
    frame = json.loads(v2.frame(v2.log[0]))
    frame["payload"] |= {"time": "2020-01-01T00:00:00.000000Z", "rkey": "imported"}
    v2.send(json.dumps(frame).encode())
    heard = await listen(stream_of(v2), lambda h: len(h.posts) == 2, cursor=cursor)
    assert heard.cursor == cursor_at(v2.log[0]["us"])


async def test_jet_11_older_servers_say_the_time_only(v2: FakeJetstream) -> None:
    """T-JET-11."""
    v2.witnessed = False
    cursor = told(v2, 2)
    heard = await listen(stream_of(v2), lambda h: len(h.posts) == 2, cursor=cursor)
    assert heard.cursor == cursor_at(v2.log[1]["us"])


async def test_jet_13_a_host_of_version_1_is_found_out(site: FakeJetstream) -> None:
    """T-JET-13: it has no such address as version 2; nobody has to say so in a setting."""
    cursor = told(site, 2)
    heard = await listen(stream_of(site), lambda h: len(h.posts) == 2, cursor=cursor)
    assert ("wantedCollections" in site.asked[0]) is site.is_v1
    assert heard.troubles == []


async def test_jet_14_silence_is_health_and_ends_in_a_new_connection(site: FakeJetstream) -> None:
    """T-JET-14: no gap, no trouble; another connection from the same place."""
    cursor = told(site, 2)
    site.script = [Fault(silent=True)] * 2
    heard = await listen(stream_of(site), lambda h: len(h.posts) == 2, cursor=cursor)
    assert len(site.asked) == 3
    assert heard.gaps == []
    assert heard.troubles == []


async def test_jet_16_a_frame_too_large_is_passed_by_and_is_a_gap(
    v2: FakeJetstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T-JET-16: the same place, three times the same end: go on behind it, and say so."""
    monkeypatch.setattr(jetstream_wire, "FRAME_CAP_BYTES", 10_000)
    at = in_us(ago(hours=1))
    v2.create("first", "openai first", us=at)
    v2.create("large", "openai " * 5_000, us=at + SECOND_US // 2)
    v2.create("last", "openai last", us=at + 10 * SECOND_US)
    heard = await listen(stream_of(v2), lambda h: "openai last" in h.texts, cursor=cursor_at(at))
    (gap,) = heard.gaps
    assert (gap.start, gap.end) == (moment(at), moment(at + 10 * SECOND_US))
    assert "above the size" in str(gap.reason)
    assert len(v2.asked) <= 5


async def test_bsk_14_refused_for_too_long_is_trouble_and_then_filled(site: FakeJetstream) -> None:
    """BSK-14: 503 beyond the deadline is said; when it is back, the replay fills what was a gap."""
    cursor = told(site, 3)
    site.script = [Fault(close_after=1), *[Fault(refused=Reply(status=503))] * 60]
    stream = stream_of(site, jetstream_deadline_s=0.1)
    heard = await listen(stream, lambda h: len(set(h.texts)) == 3, cursor=cursor)
    assert any("503" in trouble for trouble in heard.troubles)
    troubled = next(one for one in heard.slices if one.trouble)
    assert [window.status for window in troubled.coverage][-1] == "gap"
    read_until = moment(site.log[-1]["us"])
    assert all(window.start >= read_until for window in heard.gaps)


async def test_bsk_14_nothing_listening_is_trouble() -> None:
    """BSK-14."""
    with FakeJetstream() as site:
        stream = stream_of(site, jetstream_url="ws://127.0.0.1:9", jetstream_deadline_s=0.1)
    heard = await listen(stream, lambda h: bool(h.troubles), cursor=cursor_at(in_us(ago(hours=1))))
    assert "127.0.0.1:9" in heard.troubles[0]
    assert heard.gaps


async def test_falling_behind_a_host_of_version_1_means_a_replay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its outbox drops events without a word when they are not taken; its replay drops none."""
    monkeypatch.setattr(jetstream_line, "LATE_LAG_S", 0.0)
    with FakeJetstream(is_v1=True) as site:
        cursor = told(site, 2)
        site.create("live", "openai live")
        heard = await listen(stream_of(site), lambda h: len(site.asked) > 2, cursor=cursor)
    asked_us = int(site.asked[1]["cursor"])
    assert asked_us == site.log[-1]["us"] - jetstream_line.REWIND_US
    assert set(heard.texts) == {"openai 0", "openai 1", "openai live"}
    assert (heard.gaps, heard.troubles) == ([], [])


async def test_too_slow_a_consumer_goes_on_from_its_place(v2: FakeJetstream) -> None:
    cursor = told(v2, 4)
    ended = b'{"$type": "error", "error": "ConsumerTooSlow", "message": "too slow"}'
    v2.log.insert(
        2,
        {"seq": 0, "us": v2.log[1]["us"] + 1, "kind": "frame", "did": "", "body": {"frame": ended}},
    )
    v2.script = [Fault()]
    stream = stream_of(v2)

    def gone() -> None:
        del v2.log[2]

    heard = await listen(stream, lambda h: len(set(h.texts)) == 4, cursor=cursor, meanwhile=gone)
    assert heard.gaps == []


async def test_what_comes_twice_is_counted_and_harmless(site: FakeJetstream) -> None:
    site.twice = True
    cursor = told(site, 3)
    heard = await listen(stream_of(site), lambda h: len(set(h.texts)) == 3, cursor=cursor)
    assert heard.counts["posts"] == 6


async def test_zstd_with_the_dictionary_that_the_host_hands_out(v2: FakeJetstream) -> None:
    samples: list[bytes | bytearray | memoryview] = [
        v2.frame(
            {
                "seq": n,
                "us": in_us(ago(hours=1)),
                "kind": "identity",
                "did": f"did:plc:{n}",
                "body": {"handle": f"sample-user-{n}.example" * 3},
            }
        )
        for n in range(600)
    ]
    v2.dictionary = zstandard.train_dictionary(4_096, samples).as_bytes()
    cursor = told(v2, 3)
    heard = await listen(stream_of(v2), lambda h: len(h.posts) == 3, cursor=cursor)
    number = int.from_bytes(v2.dictionary[4:8], "little")
    assert v2.asked[0]["zstdDictionary"] == str(number)
    assert heard.rejected == []


async def test_a_dictionary_that_the_host_takes_back_is_done_without(v2: FakeJetstream) -> None:
    v2.dictionary = zstandard.train_dictionary(
        4_096, [f"sample {n} of the frames {n * 7}".encode() * 9 for n in range(600)]
    ).as_bytes()
    cursor = told(v2, 2)
    body = b'{"error": "UnknownZstdDictionary", "message": "retired"}'
    v2.script = [Fault(refused=Reply(status=400, body=body))]
    heard = await listen(stream_of(v2), lambda h: len(h.posts) == 2, cursor=cursor)
    assert "zstdDictionary" not in v2.asked[1]
    assert heard.gaps == []
