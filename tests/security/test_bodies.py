"""Answers made to exhaust or confuse whoever reads them, given by each source's site.

Beside those of the contract (``HOSTILE_BODIES``): bombs in other packings, of entities and of
nesting, and JSON that only some parsers take. A feed of 100,000 nested tags is tried in
``tests/collectors/test_feed_reading.py``.
"""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from collectors import SOURCES
from collectors._http import Http
from tests.collectors.asks import items_of
from tests.collectors.web import Reply
from tests.conformance.case import Case
from tests.conformance.cases import CASES

pytestmark = pytest.mark.slow

MUCH = b"\0" * 60_000_000
MOST_BYTES = 300_000_000  # of memory: some copies of the 20 MB that an answer may have
ENTITY = b"<!ENTITY %s '%s'>"


def packed(body: bytes, *encodings: str) -> Reply:
    return Reply(body=body, headers={"Content-Encoding": ", ".join(encodings)})


def entities(*declared: bytes) -> bytes:
    return b"<!DOCTYPE rss [%s]><rss><channel><item><title>" % b"".join(declared)


END = b"</title></item></channel></rss>"
LAUGHS = [ENTITY % (b"a", b"ha" * 50)] + [
    ENTITY % (bytes([n]), b"&%c;" % (n - 1) * 10) for n in range(ord("b"), ord("k"))
]
JSON_BODIES = {
    "zstd": packed(zstandard.compress(MUCH), "zstd"),
    "zstd said to be gzip": packed(zstandard.compress(MUCH), "gzip"),
    "deflate bomb": packed(zlib.compress(MUCH), "deflate"),
    "gzip in gzip": packed(gzip.compress(gzip.compress(MUCH)), "gzip", "gzip"),
    "two members": packed(gzip.compress(b"{}") + gzip.compress(b"{}"), "gzip"),
    "deep and sound": Reply(body=b"[" * 1_000_000 + b"]" * 1_000_000),
    "deep and packed": packed(gzip.compress(b'{"a":' * 3_000_000), "gzip"),
    "a number of many digits": Reply(body=b"9" * 1_000_000),
    "not a number": Reply(body=b"NaN"),
    "another charset": Reply(body='{"a": "é"}'.encode("utf-16")),
}
SWELLING = ("deflate bomb", "gzip in gzip", "zstd", "deep and packed")  # their memory is watched
XML_BODIES = {
    "laughs": Reply(body=entities(*LAUGHS) + b"&j;" + END),
    "quadratic": Reply(body=entities(ENTITY % (b"a", b"a" * 50_000)) + b"&a;" * 20_000 + END),
    "of many tags": Reply(body=b"<rss>" + b"<a>" * 10_000),
    "from outside": Reply(body=entities(b"<!ENTITY e SYSTEM 'file://{secret}'>") + b"&e;" + END),
    "with a definition from outside": Reply(
        body=b"<!DOCTYPE rss SYSTEM 'file://{secret}'><rss><channel></channel></rss>"
    ),
}


@pytest.fixture(params=sorted(SOURCES))
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    with CASES[request.param](tmp_path) as made:
        if made.spoil is None:
            pytest.skip(f"{request.param}: a local file, no network")
        yield made


@pytest.mark.parametrize("kind", sorted(JSON_BODIES))
async def test_no_body_is_taken_for_an_answer(case: Case, kind: str) -> None:
    assert case.spoil is not None
    case.spoil(JSON_BODIES[kind])
    if kind in SWELLING:
        tracemalloc.start()
    try:
        pages, error = await case.outcome()
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert error is not None
    assert len(str(error)) < 2_500
    assert all(window.status != "complete" for page in pages for window in page.coverage)
    assert most < MOST_BYTES


@pytest.mark.parametrize("kind", sorted(XML_BODIES))
async def test_no_document_reads_a_file_or_grows(case: Case, kind: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("thesecretofthismachine")
    assert case.spoil is not None
    body = XML_BODIES[kind].body.replace(b"{secret}", str(secret).encode())
    case.spoil(Reply(body=body, headers={"Content-Type": "application/rss+xml"}))
    pages, error = await case.outcome()
    async with Http(case.settings, source="sample") as http:
        said = "".join(repr(item) for item in items_of(case.make(http), pages))
    assert "thesecretofthismachine" not in said + str(error)
    assert len(said) < 3 * len(body) + 10_000
