"""Opens a file of posts as text: compression, size and encoding are settled here, or refused."""

import gzip
import io
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol

import pyarrow as pa

from collectors.file_import.encoding import SAMPLE_BYTES, SAVE_AGAIN, encoding_of
from groundswell.errors import ImportFileError

CHUNK_BYTES = 256 * 1024
# Text shrinks by 5 to 50 times; what grows by more than 200 times is made to fill memory or disk.
GROWTH_LIMIT = 200
GROWTH_FLOOR_BYTES = 100 * 1024 * 1024

Compression = Literal["gzip", "zstd"]

_MAGIC: dict[bytes, Compression] = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_OTHER_KINDS = {
    b"PK\x03\x04": "a spreadsheet or ZIP archive. Save the sheet as “CSV UTF-8”, or unpack it",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet. Save the sheet as “CSV UTF-8”",
    b"%PDF": "a PDF. Export the posts as CSV or JSON Lines",
    b"SQLite format 3": "a database. Export the posts as CSV or JSON Lines",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a file is read as text. ``guess`` is None when the encoding is certain, else some of
    the file's own words as this encoding reads them, for a person to judge."""

    path: Path
    compression: Compression | None
    encoding: str
    guess: str | None = None


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


class _Bounded(io.RawIOBase):
    """A decompressed stream that refuses to grow without end and names the file when damaged."""

    def __init__(self, inner: _Readable, path: Path, limit_bytes: int) -> None:
        super().__init__()
        self._inner, self._path, self._left = inner, path, limit_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._inner.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise ImportFileError(
                f"{self._path.name} is damaged or cut short ({error}). Fetch or pack it again."
            ) from error
        self._left -= len(data)
        if self._left < 0:
            raise ImportFileError(
                f"{self._path.name} unpacks to more than {GROWTH_LIMIT} times its size, as no "
                "honest text does. If it is yours, unpack it by hand and import the result."
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """The unpacked bytes of ``path``, never whole in memory. Raises ``ImportFileError``."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise ImportFileError(f"{path} is a folder or pipe. Name a file on a disk.")
        inner = _unpacked(path)
    except OSError as error:
        raise ImportFileError(_unreadable(path, error)) from error
    limit = max(GROWTH_FLOOR_BYTES, GROWTH_LIMIT * about.st_size) if _packed(path) else sys.maxsize
    with io.BufferedReader(_Bounded(inner, path, limit), CHUNK_BYTES) as stream:
        yield stream


@contextmanager
def open_text(opening: Opening, *, newline: str = "") -> Iterator[io.TextIOWrapper]:
    """The text of a file, decoded strictly. ``newline`` as in ``open``: "" keeps line ends."""
    with open_bytes(opening.path) as stream:
        text = io.TextIOWrapper(stream, encoding=opening.encoding, newline=newline)
        try:
            yield text
        except UnicodeError as error:
            raise ImportFileError(_undecodable(opening, error)) from error


def look(path: Path) -> Opening:
    """Says how ``path`` is packed and encoded from its first MiB.

    Raises ``ImportFileError`` for what is not there, empty, not text, or of unknown encoding.
    """
    with open_bytes(path) as stream:
        sample = stream.read(SAMPLE_BYTES)
    if not sample.strip():
        raise ImportFileError(f"{path.name} is empty. Check that the export finished.")
    for magic, kind in _OTHER_KINDS.items():
        if sample.startswith(magic):
            raise ImportFileError(f"{path.name} is {kind}.")
    encoding, guess = encoding_of(path.name, sample)
    return Opening(path=path, compression=_packed(path), encoding=encoding, guess=guess)


def is_parquet(path: Path) -> bool:
    """Whether the file begins as Parquet does. Raises ``ImportFileError`` if it cannot be read."""
    with open_bytes(path) as stream:
        found = stream.read(4) == b"PAR1"
    if found and _packed(path):
        raise ImportFileError(
            f"{path.name} is a packed Parquet file; Parquet packs itself. Unpack it first."
        )
    return found


def check_whole(opening: Opening) -> None:
    """Reads the file to its end once, so that damage far down is found before anything is kept.

    Raises ``ImportFileError`` for a cut or growing stream and for bytes that do not decode.
    """
    with open_text(opening, newline="\n") as text:
        while text.read(CHUNK_BYTES):
            pass


def _unpacked(path: Path) -> _Readable:
    kind = _packed(path)
    if kind == "gzip":
        return gzip.open(path, "rb")
    if kind == "zstd":
        return pa.CompressedInputStream(pa.OSFile(str(path), "r"), "zstd")
    return path.open("rb")


def _packed(path: Path) -> Compression | None:
    with path.open("rb") as file:
        head = file.read(4)
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)


def _unreadable(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"There is no file {path}. Check the path."
    return f"{path} cannot be read ({error.strerror}). Check its owner and rights."


def _undecodable(opening: Opening, error: UnicodeError) -> str:
    what = f" ({error.reason})" if isinstance(error, UnicodeDecodeError) else ""
    return (
        f"{opening.path.name} begins as {opening.encoding} but does not go on as such{what}: "
        f"it was put together from several encodings, or cut. {SAVE_AGAIN}"
    )
