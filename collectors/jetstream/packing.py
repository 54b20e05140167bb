"""Frames packed with zstd and the dictionary that a host of version 2 hands out."""

import logging
import struct

import zstandard

from collectors._http import Http
from groundswell.errors import SourceError

METHOD = "/xrpc/network.bsky.jetstream.getZstdDictionary"
DICTIONARY_CAP_BYTES = 1024 * 1024
FRAME_CAP_BYTES = 32 * 1024 * 1024  # unpacked

_LOG = logging.getLogger(__name__)
_MAGIC = struct.pack("<I", zstandard.MAGIC_NUMBER)
_DICTIONARY_MAGIC = 0xEC30A437  # RFC 8878, section 5


class Dictionary:
    """A dictionary of a host. Raises ``ValueError`` for bytes that are none."""

    def __init__(self, blob: bytes) -> None:
        magic, self.number = struct.unpack("<II", blob[:8]) if len(blob) > 8 else (0, 0)
        if magic != _DICTIONARY_MAGIC or self.number == 0:
            raise ValueError("not a zstd dictionary")
        self._unpack = zstandard.ZstdDecompressor(dict_data=zstandard.ZstdCompressionDict(blob))

    def unpacked(self, frame: bytes) -> bytes:
        """What was packed; the frame as it came when it is not packed, cannot be unpacked, or
        would be too large: then it is no JSON, and is set aside as that."""
        if not frame.startswith(_MAGIC):
            return frame
        try:
            size = zstandard.get_frame_parameters(frame).content_size
            if size > FRAME_CAP_BYTES and size != zstandard.CONTENTSIZE_UNKNOWN:
                return frame
            return self._unpack.decompress(frame, max_output_size=FRAME_CAP_BYTES)
        except zstandard.ZstdError:
            return frame


async def dictionary_of(http: Http, host_url: str) -> Dictionary | None:
    """The dictionary of a host; None where it has none to give, or gives something else: it is a
    courtesy to the host, and without it the stream is the same."""
    try:
        answer = await http.get(host_url + METHOD, cap_bytes=DICTIONARY_CAP_BYTES)
        return Dictionary(answer.body)
    except (SourceError, ValueError, zstandard.ZstdError) as error:
        _LOG.info("Read without zstd: %s", error)
        return None
