"""A whole HTTP body, never larger than its cap once decoded."""

import zlib
from collections.abc import AsyncIterable

import httpx

from groundswell.errors import BadAnswer, BodyTooLarge

ENCODINGS = "gzip, deflate"  # what is announced: the only two that can be unpacked bit by bit
_ANY_HEADER = 47  # zlib: window of 32 KB, gzip or zlib header


async def read_capped(
    chunks: AsyncIterable[bytes], encoding: str, cap_bytes: int, *, source: str = ""
) -> bytes:
    """The body of at most ``cap_bytes`` decoded bytes. ``chunks`` are raw wire bytes.

    Memory never holds more than ``cap_bytes`` + 1 and one chunk: unpacking stops there, so that
    300 KB that unpack to 300 MB cost nothing. Raises ``BodyTooLarge`` above the cap, ``BadAnswer``
    for an encoding nobody asked for or bytes that are not in it, and httpx's
    ``RemoteProtocolError``, as for any torn connection, when the packed stream ends too soon.
    """
    unpack = _unpacker(encoding, source)
    whole = bytearray()
    async for chunk in chunks:
        whole += chunk if unpack is None else _unpacked(unpack, chunk, cap_bytes, whole, source)
        if len(whole) > cap_bytes:
            raise BodyTooLarge(
                f"The answer is larger than {cap_bytes:,} bytes; reading stopped there and nothing "
                "of it was kept.",
                source=source,
            )
    if unpack is not None and not unpack.eof:
        raise httpx.RemoteProtocolError("the packed body ends in the middle")
    if unpack is not None and unpack.unused_data:
        raise BadAnswer("The packed body is followed by other data.", source=source)
    return bytes(whole)


def _unpacker(encoding: str, source: str) -> "zlib._Decompress | None":
    named = encoding.strip().lower()
    if named in ("", "identity"):
        return None
    if named not in ("gzip", "x-gzip", "deflate"):
        raise BadAnswer(
            f"The body is packed as {named[:40]!r}, which was not asked for.", source=source
        )
    return zlib.decompressobj(_ANY_HEADER)


def _unpacked(
    unpack: "zlib._Decompress", chunk: bytes, cap_bytes: int, whole: bytearray, source: str
) -> bytes:
    if unpack.eof:
        raise BadAnswer("The packed body is followed by other data.", source=source)
    try:
        return unpack.decompress(chunk, cap_bytes + 1 - len(whole))  # never 0: 0 means no limit
    except zlib.error as error:
        raise BadAnswer(
            f"The body is not packed as its header says ({error}).", source=source
        ) from error
