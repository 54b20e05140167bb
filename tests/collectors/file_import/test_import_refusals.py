"""File import: what is no file of posts is called what it is, with what to do."""

from pathlib import Path

import pytest

from collectors.file_import import plan
from groundswell.errors import ImportFileError
from tests.collectors.file_import.files import ROWS, csv_text, write

DATA = b'sample-user-1,2025-01-29T10:00:00Z,"hello, openai"\n'
NOISE = bytes(range(256)) * 8


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", DATA, "its first line is already data"),
        ("a.csv", DATA * 3, "its first line is already data"),
        ("a.csv", b"id,text\n", "has column names, but no rows"),
        ("a.csv.gz", b"no such page", "named as gzip, but what is in it is no gzip"),
        ("a.csv.gz", b"no such page\non this server", "is no gzip"),
        ("a.csv.gz", NOISE, "is no gzip"),
        ("a.parquet", b"no such page", "named as Parquet, but what is in it is no Parquet"),
        ("a.parquet", NOISE, "is no Parquet"),
        ("a.txt", b"just words", "none of CSV, JSON Lines, JSON and Parquet"),
        ("a.html", b"<html><body>\nhello</body></html>", "none of CSV, JSON Lines, JSON and"),
        ("a.json", b"42", "none of CSV, JSON Lines, JSON and Parquet"),
        ("a.json", b"[]", "is JSON without a post"),
        ("a.json", b"[1, 2]", "item 1: it is not an object.*must be one object"),
    ],
)
def test_each_cause_has_its_own_sentence(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(ImportFileError, match=said) as caught:
        plan(write(tmp_path, name, content))
    assert str(caught.value).startswith(f"{name} ")
    assert "export finished" not in str(caught.value)


def test_what_can_be_read_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    for name in ("a.csv.gz", "a.parquet", "a"):
        assert plan(write(tmp_path, name, csv_text(ROWS).encode())).format == "CSV"
    assert plan(write(tmp_path, "list.txt", b"text\nOne\nTwo\n")).mapping == {"text": "text"}


def test_one_column_of_an_unknown_name_asks_for_its_mapping(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"meinung\nOne\nTwo\n")
    with pytest.raises(ImportFileError, match="The file has: meinung"):
        plan(path)
    assert plan(path, {"meinung": "text"}).mapping == {"meinung": "text"}


def test_a_mapping_is_believed(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"2025-01-29,words\n1,One\n")
    assert plan(path, {"words": "text"}).mapping["words"] == "text"
