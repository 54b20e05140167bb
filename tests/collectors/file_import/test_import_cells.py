"""Single cells: unknown stays unknown, lists come in many forms, ids keep their digits."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.file_import import cells
from collectors.file_import.cells import BadCell
from collectors.file_import.moments import Reckoning


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("12", 12),
        (12, 12),
        (12.0, 12),
        ("12.0", 12),
        ("1,234,567", 1_234_567),
        ("-3", -3),
        (0, 0),
        ("", None),
        (None, None),
        ("N/A", None),
        (float("nan"), None),
    ],
)
def test_counts(value: object, count: int | None) -> None:
    assert cells.count_of("likes", value) == count


@pytest.mark.parametrize("value", ["1.2K", "many", 1.5, True, "12,34", "9" * 30, str(2**63)])
def test_what_is_no_whole_number_is_refused(value: object) -> None:
    with pytest.raises(BadCell) as caught:
        cells.count_of("likes", value)
    assert caught.value.field == "likes"


def test_ids_are_text_with_every_digit() -> None:
    assert cells.id_of("uri", 1884943210987654321) == "1884943210987654321"
    assert cells.id_of("uri", "00042") == "00042"
    assert cells.id_of("uri", 42.0) == cells.id_of("uri", "42.0") == "42"
    assert cells.id_of("uri", ["only", "first"]) == "only"
    assert cells.id_of("uri", "NaN") is cells.id_of("uri", {"not": "a cell"}) is None


@pytest.mark.parametrize("value", ["0e71875776770403", "1e10", "7E3"])
def test_hexadecimal_ids_that_look_like_powers_of_ten_are_kept(value: str) -> None:
    assert cells.id_of("uri", value) == value


@pytest.mark.parametrize(
    "value", [1.884943210987654e18, "1.88E+18", "2E+18", "1,88e18", "1.88E18", "x" * 3_000]
)
def test_ids_that_lost_digits_are_refused(value: object) -> None:
    with pytest.raises(BadCell):
        cells.id_of("uri", value)


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("#ai, #openai", ("#ai", "#openai")),
        ("ai|openai;ai", ("ai", "openai")),
        ('["ai", "open ai"]', ("ai", "open ai")),
        ([{"tag": "ai"}, {"tag": "openai"}, {"other": 1}], ("ai", "openai")),
        ('[{"username": "sample-user-1"}]', ("sample-user-1",)),
        ("[not json", ("[not", "json")),
        ([], ()),
        (None, ()),
    ],
)
def test_lists(value: object, names: tuple[str, ...]) -> None:
    assert cells.list_of(value) == names


def test_links_are_http_only_and_may_hold_commas() -> None:
    value = "https://example.org/a,b,https://example.org/c javascript:alert(1) ftp://example.org"
    assert cells.links_of(value) == ("https://example.org/a,b", "https://example.org/c")


@pytest.mark.parametrize(
    ("value", "language"),
    [("en-US", "en"), (["de", "en"], "de"), ("pt_BR", "pt"), ("und", None), ("N/A", None)],
)
def test_languages(value: object, language: str | None) -> None:
    assert cells.language_of(value) == language


def test_marks_of_deletion() -> None:
    when = datetime(2025, 2, 1, tzinfo=UTC)
    read = [
        cells.deletion_of("deleted_at", value, Reckoning())
        for value in (True, "yes", 1, "2025-02-01T00:00:00Z", False, "0", "", None)
    ]
    assert read == [True, True, True, when, False, False, False, False]
    with pytest.raises(BadCell):
        cells.deletion_of("deleted_at", "perhaps", Reckoning())


def test_texts_keep_words_that_mean_nothing_elsewhere() -> None:
    assert cells.text_of("None") == "None"
    assert cells.text_of("  ") is cells.text_of(float("nan")) is None
    assert cells.name_of(" sample\u202euser ") == "sampleuser"


def test_texts_of_a_list_are_joined_and_nothing_is_written_as_python() -> None:
    assert cells.text_of(["Two", "parts"]) == "Two parts"
    assert cells.name_of(("sample", "user")) == "sample user"
    assert cells.text_of([]) is cells.text_of([""]) is None
    for value in ({"en": "One"}, ["One", 2], [["One"]], [{"text": "One"}], [None]):
        with pytest.raises(BadCell, match="is no alt_text") as caught:
            cells.read("alt_text", value, Reckoning())
        assert caught.value.field == "alt_text"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_no_cell_breaks_a_reader(value: object) -> None:
    reckoning = Reckoning(zone=UTC)
    for read in (
        lambda: cells.id_of("uri", value),
        lambda: cells.count_of("likes", value),
        lambda: cells.time_of("created_at", value, reckoning),
        lambda: cells.deletion_of("deleted_at", value, reckoning),
        lambda: cells.text_of(value),
        lambda: cells.name_of(value),
    ):
        with suppress(BadCell):
            read()
    for plain in (cells.list_of, cells.links_of, cells.language_of):
        plain(value)
