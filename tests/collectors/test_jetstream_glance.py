"""The first look at a frame turns nothing away that the second would keep, and hides nothing."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.bluesky.post import whole_post
from collectors.jetstream_events import Event, Unreadable, moment, read_event
from collectors.jetstream_glance import reader
from collectors.jetstream_sieve import view_of
from groundswell.cleaning import cleaned
from groundswell.query import parse
from tests.collectors.sites.jetstream import DID, POSTS, FakeJetstream

US = 1_738_000_000_000_000
SITES = {False: FakeJetstream(), True: FakeJetstream(is_v1=True)}
QUERIES = ["openai", "open*", "#openai", "深度", "straße", '"open ai"', "é", "lang:en openai"]

words = st.one_of(
    st.sampled_from(
        ["openai", "OpenAI", "ＯＰＥＮＡＩ", "#OpenAI", "open\u202eai", "深度", "STRASSE"]
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
    seen = reader([query], is_v1=is_v1)(frame)
    event = read_event(frame)
    post = whole_post(view_of(event, {"did": DID}), moment(US))
    assert post is not None
    if query.matches(cleaned(post)):
        assert seen == event
    else:
        assert seen in (US, event)


@pytest.mark.parametrize("is_v1", [False, True])
def test_most_posts_are_passed_by_with_their_time(is_v1: bool) -> None:
    read = reader([parse("openai deepseek")], is_v1=is_v1)
    for text in ("nothing", 'ascii \\ and "quoted"', "été", "今日は", "straße"):
        assert read(framed({"text": text}, is_v1=is_v1)) == US


@pytest.mark.parametrize("is_v1", [False, True])
@pytest.mark.parametrize("operation", ["update", "delete"])
def test_edits_and_deletions_always_come(is_v1: bool, operation: str) -> None:
    frame = framed({"text": "nothing"}, operation, is_v1=is_v1)
    seen = reader([parse("openai")], is_v1=is_v1)(frame)
    assert isinstance(seen, Event)
    assert (seen.kind, seen.us, seen.did) == ("commit", US, DID)
    whole = read_event(frame)
    assert {name: seen.body[name] for name in ("operation", "collection", "rkey")} == {
        name: whole.body[name] for name in ("operation", "collection", "rkey")
    }


@pytest.mark.parametrize("text", [None, 7, ["openai"], {"a": 1}])
def test_jet_6_a_text_that_is_none_is_left_to_the_reading(text: Any) -> None:
    """T-JET-6."""
    seen = reader([parse("openai")], is_v1=False)(framed({"text": text}))
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
        framed({"text": "x"}).replace(b'"did:plc', b'"plc'),
        framed({"text": "x"}).replace(b"2025-", b"1025-"),
        framed({"text": "x"}).replace(b'"create"', b'"invent"'),
        framed("no record"),
        b'{"did": "did:plc:x", "time_us": true, "kind": "commit", "commit": {}}',
        b'{"did": "did:plc:x", "time_us": 1738000000000000, "kind": "account", "account": {}}',
    ],
)
@pytest.mark.parametrize("is_v1", [False, True])
def test_jet_5_no_malformed_frame_is_passed_by(frame: bytes, is_v1: bool) -> None:
    """T-JET-4, T-JET-5."""
    with pytest.raises(Unreadable):
        reader([parse("openai")], is_v1=is_v1)(frame)


def test_a_lone_surrogate_costs_a_character_not_the_post() -> None:
    frame = json.dumps(json.loads(framed({"text": "openai @"}))).replace("@", "\\ud800").encode()
    seen = reader([parse("openai")], is_v1=False)(frame)
    assert isinstance(seen, Event)
    post = whole_post(view_of(seen, {"did": DID}), moment(seen.us))
    assert post is not None
    assert cleaned(post).text == "openai \ufffd"


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_an_event_or_unreadable(frame: bytes) -> None:
    with pytest.raises(Unreadable):
        reader([parse("openai")], is_v1=False)(frame)
