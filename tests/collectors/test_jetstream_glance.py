"""The first look at a frame turns nothing away that the second would keep, and hides nothing."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.bluesky.post import whole_post
from collectors.jetstream.events import Ended, Event, Unreadable, moment, read_event
from collectors.jetstream.glance import reader
from collectors.jetstream.sieve import view_of
from groundswell.cleaning import cleaned
from groundswell.query import Query, parse
from tests.collectors.sites.jetstream import DID, POSTS, FakeJetstream

US = 1_738_000_000_000_000
SITES = {False: FakeJetstream(), True: FakeJetstream(is_v1=True)}
QUERIES = ["openai", "open*", "#openai", "深度", "straße", '"open ai"', "é", "lang:en openai"]
QUERIES += ["domain:x.example", "domain:x.example OR openai"]  # no text is needed for these

words = st.one_of(
    st.sampled_from(
        [
            *("openai", "OpenAI", "ＯＰＥＮＡＩ", "#OpenAI", "open\u202eai", "深度", "STRASSE"),
            *(
                "ópe\u0301nai",
                "open\u200dai",
                "open\x7fai",
                "open\x07ai",
                "open\nai",
                "\U0001d428penai",
            ),
            *("”openai“", "été", "Straße", '"openai"', "ﬁn", "open ai", "☕\ufe0fopenai"),
        ]
    ),
    st.text(max_size=12),
)
texts = st.lists(words, max_size=4).map(" ".join)
tag = st.builds(
    lambda t: {
        "index": {"byteStart": 0, "byteEnd": 1},
        "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": t}],
    },
    words,
)
embeds = st.one_of(
    st.builds(
        lambda a, b: {"external": {"uri": "https://x.example", "title": a, "description": b}},
        texts,
        texts,
    ),
    st.builds(lambda a: {"images": [{"alt": a}]}, texts),
    st.builds(lambda a: {"media": {"alt": a}}, texts),
)
records = st.fixed_dictionaries(
    {"text": texts},
    optional={
        "embed": embeds,
        "facets": st.lists(tag, max_size=2),
        "tags": st.lists(words, max_size=2),
        "langs": st.just(["en"]),
    },
)


def framed(
    record: Any, operation: str = "create", *, is_v1: bool = False, rkey: str = "r"
) -> bytes:
    body = {"rev": "3k", "operation": operation, "collection": POSTS, "rkey": rkey, "cid": "c"}
    body |= {} if operation == "delete" else {"record": record}
    event = {"seq": 1, "us": US, "kind": "commit", "did": DID, "body": body}
    return SITES[is_v1].frame(event)


@given(records, st.sampled_from(QUERIES), st.booleans())
def test_what_a_query_matches_is_never_passed_by(record: Any, asked: str, is_v1: bool) -> None:
    query = parse(asked)
    frame = framed(record, is_v1=is_v1)
    [seen] = reader([query], is_v1=is_v1)([frame])
    event = read_event(frame)
    post = whole_post(view_of(event, {"did": DID}), moment(US))
    assert post is not None
    if query.matches(cleaned(post)):
        assert seen == event
    else:
        assert seen in (US, event)


@pytest.mark.parametrize(
    ("asked", "tagged"),
    [("#openai", "OpenAI"), ("#deep_seek", "Deep_Seek"), ("#deep_seek", "deep_seek")],
)
def test_what_stands_only_beside_the_text_is_found_in_any_case(asked: str, tagged: str) -> None:
    feature = {"$type": "app.bsky.richtext.facet#tag", "tag": tagged}
    facet = {"index": {"byteStart": 0, "byteEnd": 1}, "features": [feature]}
    frame = framed({"text": "so they say", "facets": [facet]})
    between = framed({"text": "no", "tags": ["a few words", "and more"]})
    seen = reader([parse(asked)], is_v1=False)([between, frame, between])
    assert seen == [US, read_event(frame), US]


@pytest.mark.parametrize("is_v1", [False, True])
def test_most_posts_are_passed_by_with_their_time(is_v1: bool) -> None:
    read = reader([parse("openai deepseek")], is_v1=is_v1)
    for text in ("nothing", 'ascii \\ and "quoted"', "été", "今日は", "straße"):
        assert read([framed({"text": text}, is_v1=is_v1)]) == [US]


@pytest.mark.parametrize("is_v1", [False, True])
@pytest.mark.parametrize("operation", ["update", "delete"])
def test_edits_and_deletions_always_come(is_v1: bool, operation: str) -> None:
    frame = framed({"text": "nothing"}, operation, is_v1=is_v1)
    [seen] = reader([parse("openai")], is_v1=is_v1)([frame])
    assert isinstance(seen, Event)
    assert (seen.kind, seen.us, seen.did) == ("commit", US, DID)
    whole = read_event(frame)
    assert {name: seen.body[name] for name in ("operation", "collection", "rkey")} == {
        name: whole.body[name] for name in ("operation", "collection", "rkey")
    }


@pytest.mark.parametrize("text", [None, 7, ["openai"], {"a": 1}])
def test_jet_6_a_text_that_is_none_is_left_to_the_reading(text: Any) -> None:
    """T-JET-6."""
    [seen] = reader([parse("openai")], is_v1=False)([framed({"text": text})])
    assert isinstance(seen, Event)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"{",
        b"null",
        b"[" * 5_000,
        b'{"$type": "message"}',
        b'{"$type": "message", "payload": {"$type": "com.example.other#commit"}}',
        framed({"text": "x"}, rkey=""),
        framed({"text": "x"}, rkey="", operation="delete"),
        framed({"text": "openai"}).replace(b'"did:plc', b'"plc'),
        framed({"text": "x"}, "delete").replace(b'"did:plc', b'"plc'),
        framed({"text": "x"}).replace(b"2025-", b"1025-"),
        framed({"text": "x"}).replace(b'"create"', b'"invent"'),
        framed("no record"),
        b'{"did": "did:plc:x", "time_us": true, "kind": "commit", "commit": {}}',
        b'{"did": "did:plc:x", "time_us": 1738000000000000, "kind": "account", "account": {}}',
    ],
)
@pytest.mark.parametrize("is_v1", [False, True])
def test_jet_5_no_malformed_frame_is_passed_by(frame: bytes, is_v1: bool) -> None:
    """T-JET-4, T-JET-5. Whose a post is that fits no query is not looked at."""
    [seen] = reader([parse("openai")], is_v1=is_v1)([frame])
    assert isinstance(seen, Unreadable)


def test_a_lone_surrogate_costs_a_character_not_the_post() -> None:
    frame = json.dumps(json.loads(framed({"text": "openai @"}))).replace("@", "\\ud800").encode()
    [seen] = reader([parse("openai")], is_v1=False)([frame])
    assert isinstance(seen, Event)
    post = whole_post(view_of(seen, {"did": DID}), moment(seen.us))
    assert post is not None
    assert cleaned(post).text == "openai \ufffd"


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_an_event_or_unreadable(frame: bytes) -> None:
    [seen] = reader([parse("openai")], is_v1=False)([frame])
    assert isinstance(seen, Unreadable)


def test_a_wrong_byte_beside_the_text_costs_a_character_not_the_stream() -> None:
    frame = framed({"text": "x", "embed": {"images": [{"alt": "@ openai"}]}})
    seen = reader([parse("openai")], is_v1=False)([frame.replace(b"@", b"\xff")])
    assert [type(one) for one in seen] == [Event]


others: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"kind": "account", "body": {"active": False, "status": "deactivated"}},
        {"kind": "account", "body": {"active": True}},
        {"kind": "account", "body": {}},
        {"kind": "identity", "body": {"handle": "sample-user-1.example"}},
        {"kind": "sync", "body": {"rev": "3k"}},
        {"kind": "novelty", "body": {}},
    ]
)


@st.composite
def any_frames(draw: st.DrawFn, is_v1: bool) -> bytes:
    """A frame of any kind, its letters escaped or not, whole or damaged in one place."""
    kind = draw(st.sampled_from(["create", "create", "update", "delete", "other", "garbage"]))
    if kind == "garbage":
        return draw(st.binary(max_size=40))
    if kind == "other":
        frame = SITES[is_v1].frame({"seq": 1, "us": US, "did": DID, **draw(others)})
    else:
        frame = framed(draw(records), kind, is_v1=is_v1)
    frame = json.dumps(json.loads(frame), ensure_ascii=draw(st.booleans())).encode()
    if draw(st.integers(0, 3)):
        return frame
    at = draw(st.integers(0, len(frame) - 1))
    return frame[:at] + draw(st.binary(max_size=2)) + frame[at + 1 :]


def plainly(frame: bytes) -> Any:
    """What the frame is, read in full."""
    try:
        return read_event(frame)
    except (Unreadable, Ended) as said:
        return said


@given(st.data(), st.booleans(), st.lists(st.sampled_from(QUERIES), max_size=3))
def test_a_bundle_is_what_its_frames_are_one_by_one(
    data: st.DataObject, is_v1: bool, asked: list[str]
) -> None:
    frames = data.draw(st.lists(any_frames(is_v1), max_size=8))
    queries = [parse(text) for text in asked]
    seen = reader(queries, is_v1=is_v1)(frames)
    assert len(seen) == len(frames)
    for frame, one in zip(frames, seen, strict=True):
        whole = plainly(frame)
        if isinstance(one, int):
            assert_is_passed_rightly(whole, one, queries)
        elif isinstance(one, Event):
            assert (one.kind, one.us, one.did, one.frame) == (
                whole.kind,
                whole.us,
                whole.did,
                frame,
            )
            if one.kind == "commit":
                assert one.body.items() <= whole.body.items()
            else:
                assert one.body == whole.body
        else:
            assert (type(one), str(one)) == (type(whole), str(whole))


def assert_is_passed_rightly(whole: Any, us: int, queries: list[Query]) -> None:
    if isinstance(whole, Unreadable):  # of what fits nothing it is not looked at whose it is
        assert str(whole) == "does not say whose it is"
        return
    assert isinstance(whole, Event)
    assert (whole.kind, whole.us, whole.body["operation"]) == ("commit", us, "create")
    post = whole_post(view_of(whole, {"did": DID}), moment(us))
    assert post is None or not any(query.matches(cleaned(post)) for query in queries)
