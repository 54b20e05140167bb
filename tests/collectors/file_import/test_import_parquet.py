"""Parquet: times without zone need one, nested values are flattened, damage is said."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from collectors.file_import import plan
from groundswell.errors import ImportFileError
from tests.collectors.file_import.files import posts_of, rejected_of, write

WHEN = datetime(2025, 1, 29, 12, tzinfo=UTC)


def write_parquet(folder: Path, columns: dict[str, Any]) -> Path:
    path = folder / "p.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def test_posts_come_out_of_typed_columns(tmp_path: Path) -> None:
    path = write_parquet(
        tmp_path,
        {
            "id": pa.array([1884943210987654321]),
            "text": pa.array(["OpenAI"]).dictionary_encode(),
            "created_at": pa.array([WHEN], pa.timestamp("ns", "Europe/Berlin")),
            "likes": pa.array([Decimal("7.00")]),
            "tags": pa.array([["ai", "law"]]),
            "author": pa.array([{"username": "sample-user-1", "age": None}]),
            "blob": pa.array([b"\xff\x00"]),
        },
    )
    (post,) = posts_of(path, mapping={"author.username": "author"})
    assert (post.uri, post.created_at, post.likes) == ("1884943210987654321", WHEN, 7)
    assert (post.tags, post.author) == (("ai", "law"), "sample-user-1")


def test_a_column_of_times_without_zone_needs_one(tmp_path: Path) -> None:
    naive = WHEN.replace(tzinfo=None)
    path = write_parquet(tmp_path, {"text": ["a"], "date": pa.array([naive], pa.timestamp("us"))})
    with pytest.raises(ImportFileError, match="--zone"):
        plan(path)
    assert posts_of(path, zone="UTC")[0].created_at == WHEN


def test_ids_that_became_floats_are_refused(tmp_path: Path) -> None:
    path = write_parquet(tmp_path, {"id": [1.884943210987654e18], "text": ["a"]})
    with pytest.raises(ImportFileError, match="last digits were lost"):
        plan(path)


def test_a_cell_that_is_no_utf8_costs_itself(tmp_path: Path) -> None:
    texts = pa.array([b"fine", b"caf\xe9"]).view(pa.string())
    path = write_parquet(tmp_path, {"id": ["a", "b"], "text": texts})
    assert [post.text for post in posts_of(path)] == ["fine", "caf\ufffd"]


def test_repeated_rows_are_named_by_row(tmp_path: Path) -> None:
    path = write_parquet(tmp_path, {"id": ["a", "b", "a"], "text": ["x", "y", "x"]})
    (bad,) = rejected_of(path)
    assert bad.reason == "row 3 is the same post as row 1."


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    whole = write_parquet(tmp_path, {"text": ["a"] * 1_000}).read_bytes()
    for damaged in (whole[:-200], b"PAR1" + b"\0" * 100):
        with pytest.raises(ImportFileError, match="damaged Parquet"):
            plan(write(tmp_path, "bad.parquet", damaged))
