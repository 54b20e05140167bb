"""Opening files: packed ones within bounds, others refused with what to do."""

import gzip
import os
import random
from pathlib import Path

import pyarrow as pa
import pytest

from collectors.file_import import plan
from collectors.file_import.opening import look, open_bytes
from groundswell.errors import ImportFileError
from tests.collectors.file_import.files import ROWS, csv_text, items_of, posts_of, write

PLAIN = csv_text(ROWS).encode()


def zstd(content: bytes) -> bytes:
    packed: bytes = pa.compress(content, codec="zstd", asbytes=True)
    return packed


@pytest.mark.parametrize(
    ("packed", "kind"),
    [
        (gzip.compress(PLAIN, mtime=0), "gzip"),
        (gzip.compress(PLAIN[:50], mtime=0) + gzip.compress(PLAIN[50:]), "gzip"),
        (zstd(PLAIN), "zstd"),
        (PLAIN, None),
    ],
)
def test_packed_files_are_told_by_content_not_by_name(
    tmp_path: Path, packed: bytes, kind: str | None
) -> None:
    path = write(tmp_path, "posts.txt", packed)
    assert plan(path).compression == kind
    assert [post.uri for post in posts_of(path)] == ["a1", "a2", "a3"]


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_a_cut_file_is_refused_before_anything_is_kept(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    chance = random.Random(7)
    rows = [{"id": f"{n:x}", "text": chance.randbytes(400).hex()} for n in range(5_000)]
    path = write(tmp_path, "posts.csv.gz", pack(csv_text(rows).encode())[:-5_000])
    with pytest.raises(ImportFileError, match="damaged or cut short"):
        items_of(path)


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.file_import.opening.GROWTH_FLOOR_BYTES", 1_000_000)
    bomb = gzip.compress(b"id,text\n" + b"1,a\n" * 1_500_000, mtime=0)
    with pytest.raises(ImportFileError, match="as no honest text does"):
        items_of(write(tmp_path, "bomb.csv.gz", bomb))


def test_bytes_are_never_whole_in_memory(tmp_path: Path) -> None:
    path = write(tmp_path, "p.gz", gzip.compress(b"x" * 5_000_000, mtime=0))
    with open_bytes(path) as stream:
        assert len(stream.read(10)) == 10


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"PK\x03\x04rest", "spreadsheet or ZIP"),
        (b"\xd0\xcf\x11\xe0rest", "old spreadsheet"),
        (b"%PDF-1.7", "PDF"),
        (bytes(range(256)) * 40, "not text in any encoding"),
        (gzip.compress(b"PAR1" + b"\0" * 50, mtime=0), "Parquet packs itself"),
    ],
)
def test_what_is_no_text_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes, said: str
) -> None:
    with pytest.raises(ImportFileError, match=said):
        plan(write(tmp_path, "thing", content))


def test_files_that_cannot_be_opened_are_named(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="no file"):
        plan(tmp_path / "absent.csv")
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(ImportFileError, match="is a folder or pipe"):
            plan(path)


def test_the_encoding_of_plain_ascii_is_certain(tmp_path: Path) -> None:
    opening = look(write(tmp_path, "p.csv", PLAIN))
    assert (opening.encoding, opening.guess) == ("utf-8", None)


def test_utf16_without_its_mark_is_said_to_be_a_guess(tmp_path: Path) -> None:
    path = write(tmp_path, "p.csv", PLAIN.decode().encode("utf-16-le"))
    assert plan(path).encoding == "utf-16-le"
    assert "guess" in plan(path).warnings[0]
