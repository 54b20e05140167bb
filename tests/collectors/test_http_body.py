"""Bodies: exact cap passes, one more is refused, bombs cost nothing, cut ones are told."""

import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors._body import read_capped
from collectors._wire_json import read_json, write_json
from groundswell.errors import BadAnswer, BodyTooLarge

CAP = 10_000


async def _chunks(data: bytes, size: int = 4096) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("", bytes), ("identity", bytes), ("gzip", gzip.compress), ("X-GZIP", gzip.compress)]
    + [("deflate", zlib.compress)],
)
async def test_exact_cap_passes_and_one_more_is_refused(encoding, pack) -> None:  # type: ignore[no-untyped-def]  # pack is one of three callables
    assert await read_capped(_chunks(pack(b"a" * CAP)), encoding, CAP) == b"a" * CAP
    with pytest.raises(BodyTooLarge):
        await read_capped(_chunks(pack(b"a" * (CAP + 1))), encoding, CAP)


async def test_bomb_is_refused_without_being_unpacked() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    tracemalloc.start()
    with pytest.raises(BodyTooLarge):
        await read_capped(_chunks(bomb, 65_536), "gzip", CAP)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


async def test_packed_body_cut_short_is_a_torn_connection() -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        await read_capped(_chunks(gzip.compress(b"whole" * 100)[:-9]), "gzip", CAP)


@pytest.mark.parametrize("size", [7, 1 << 16])
async def test_data_after_the_packed_body_is_refused(size: int) -> None:
    two_members = gzip.compress(b"one") + gzip.compress(b"two")
    with pytest.raises(BadAnswer, match="followed"):
        await read_capped(_chunks(two_members, size), "gzip", CAP)


@pytest.mark.parametrize("encoding", ["zstd", "br", "gzip, gzip"])
async def test_encoding_nobody_asked_for_is_refused(encoding: str) -> None:
    with pytest.raises(BadAnswer, match="not asked for"):
        await read_capped(_chunks(b"x"), encoding, CAP)


async def test_bytes_that_are_not_packed_are_refused() -> None:
    with pytest.raises(BadAnswer, match="not packed"):
        await read_capped(_chunks(b"<html>hello</html>"), "gzip", CAP)


@settings(max_examples=50)
@given(st.binary(max_size=3000), st.integers(min_value=1, max_value=500))
async def test_any_body_comes_out_as_it_went_in(body: bytes, size: int) -> None:
    assert await read_capped(_chunks(gzip.compress(body), size), "gzip", CAP) == body


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>Sign in</html>", b'{"hits": [', b"[" * 1_000_000, b"NaN", b"[1e]"]
    + [b"[" * 201 + b"]" * 201, b'{"a":' * 300 + b"1" + b"}" * 300],
)
def test_what_is_not_json_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_json(body)


def test_depth_200_passes() -> None:
    assert read_json(b"[" * 200 + b"]" * 200)


def test_one_bad_string_does_not_cost_the_page() -> None:
    assert read_json(b'["\\ud800", "fine"]')[1] == "fine"
    assert read_json(b'["\xff", "fine"]')[1] == "fine"
    assert read_json('["ä"]'.encode("utf-16")) == ["ä"]
    assert read_json(b"\xef\xbb\xbf[1]") == [1]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(),
    lambda v: st.lists(v, max_size=3),
)


@given(_JSON)
def test_json_written_is_json_read(value: object) -> None:
    assert read_json(write_json(value)) == value


def test_lone_surrogates_can_be_written() -> None:
    assert write_json({"text": "\ud800"}) == b'{"text":"\\ud800"}'
