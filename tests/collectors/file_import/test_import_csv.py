"""CSV: bad rows keep their physical line, an open quote costs one line, delimiters are proved."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.file_import import plan
from collectors.file_import.csv_rows import csv_rows, delimiter_of
from collectors.file_import.opening import Opening, look
from collectors.file_import.rows import Row
from groundswell.errors import ImportFileError
from groundswell.post import Post, Rejected
from tests.collectors.file_import.files import (
    csv_text,
    items_of,
    posts_of,
    rejected_of,
    write,
    write_csv,
)


def rows_in(path: Path) -> list[Row]:
    opening = look(path)
    return list(csv_rows(opening, delimiter_of(opening)))


def test_ragged_rows_are_quarantined_with_the_line_they_begin_on(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "p.csv",
        b'id,text,likes\r\n1,"two\r\nlines",3\r\n\r\n2,short\r\n'
        b'3,"a ""quote""",4\r\n4,too,many,x\r\n',
    )
    assert [(row.number, row.fault is None) for row in rows_in(path)] == [
        (2, True),
        (5, False),
        (6, True),
        (7, False),
    ]
    first, second = rejected_of(path)
    assert (first.place, first.raw, first.stage) == ("line 5", b"2,short", "import")
    assert first.reason == ("line 5 cannot be read: it has 2 values where the first line names 3.")
    assert second.url == "p.csv"


def test_a_quote_never_closed_costs_its_own_line(tmp_path: Path) -> None:
    lines = ["id,text", "1,fine", '2,"never closed', *(f"{n},fine" for n in range(3, 300))]
    path = write(tmp_path, "p.csv", "\n".join(lines).encode())
    (bad,) = rejected_of(path)
    assert (bad.place, bad.raw) == ("line 3", b'2,"never closed\n')
    assert "never closed" in bad.reason
    assert len(items_of(path)) == 299


def test_text_after_a_closing_quote_is_said_in_words(tmp_path: Path) -> None:
    path = write(tmp_path, "p.csv", b'id,text\n1,"he said "no" to it"\n2,fine\n3,fine\n')
    (bad,) = rejected_of(path)
    assert "must be doubled" in bad.reason


def test_a_field_larger_than_the_cap_costs_its_own_line(tmp_path: Path) -> None:
    rows = [{"id": "a", "text": "x" * 1_200_000}, {"id": "b", "text": "fine"}]
    path = write_csv(tmp_path, rows)
    assert [row.fault is None for row in rows_in(path)] == [False, True]


def test_a_line_longer_than_the_cap_is_passed_over(tmp_path: Path) -> None:
    long = ",".join(["x" * 900_000] * 6)
    path = write(tmp_path, "p.csv", f"id,text\n1,fine\n{long}\n3,fine\n".encode())
    bad = rows_in(path)[1]
    assert bad.number == 3
    assert bad.fault is not None
    assert "longer than" in bad.fault
    assert [row.number for row in rows_in(path)] == [2, 3, 4]


def test_a_text_longer_than_a_post_may_be_is_cut_and_marked(tmp_path: Path) -> None:
    (post,) = posts_of(write_csv(tmp_path, [{"id": "a", "text": "word " * 20_000}]))
    assert post.text_truncated
    assert len(post.text.encode()) <= 64 * 1024


def test_columns_without_or_with_the_same_name_are_told_apart(tmp_path: Path) -> None:
    path = write(tmp_path, "p.csv", b"text,,text\na,b,c\n")
    assert [column.name for column in plan(path).columns] == ["text", "column 2", "text (2)"]


def test_spaces_after_the_delimiter_are_no_part_of_a_value(tmp_path: Path) -> None:
    path = write(tmp_path, "p.csv", b'id, text\n1, "one, two"\n2, "three, four"\n')
    assert [post.text for post in posts_of(path)] == ["one, two", "three, four"]


def test_one_column_is_a_table_too(tmp_path: Path) -> None:
    path = write(tmp_path, "p.csv", b"text\nOpenAI is angry\nand so is everybody\n")
    assert [post.text for post in posts_of(path)] == ["OpenAI is angry", "and so is everybody"]


def test_commas_in_texts_do_not_hide_the_semicolon(tmp_path: Path) -> None:
    rows = [f"{n};so, it, goes, on, {n}" for n in range(9)]
    path = write(tmp_path, "p.csv", "\n".join(["id;text", *rows]).encode())
    assert plan(path).delimiter == ";"


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    prose = "Dear editors, I write to you,\n" + "about a thing\n" * 30 + "and, more, commas\n" * 4
    with pytest.raises(ImportFileError, match="no table"):
        plan(write(tmp_path, "letter.txt", prose.encode()))


def test_names_without_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="column names, but no rows"):
        plan(write(tmp_path, "p.csv", b"id,text\n"))


def test_a_header_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="column names"):
        plan(write(tmp_path, "p.csv", b'"id,text\n1,a\n'))


_CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@given(
    st.lists(st.tuples(_CELL, _CELL, _CELL), min_size=1, max_size=6),
    st.sampled_from(",;\t|"),
)
def test_every_quoted_table_comes_back_cell_for_cell(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, str, str]], mark: str
) -> None:
    named = [{"one": a, "two": b, "three": c} for a, b, c in table]
    path = write(tmp_path_factory.mktemp("csv"), "t.csv", csv_text(named, delimiter=mark).encode())
    opening = Opening(path=path, compression=None, encoding="utf-8")  # some texts look damaged
    assert [row.cells for row in csv_rows(opening, mark)] == named


@given(st.binary(max_size=300))
def test_any_bytes_after_a_header_end_in_rows_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, tail: bytes
) -> None:
    path = write(tmp_path_factory.mktemp("csv"), "t.csv", b"id,text\n1,fine\n" + tail)
    with suppress(ImportFileError):
        assert items_of(path)


@pytest.mark.parametrize("first", [b"sep=;\r\n", b'"sep=;"\n', b"\xef\xbb\xbfSEP=;\n"])
def test_a_first_line_that_names_the_separator_is_obeyed_and_no_row(
    tmp_path: Path, first: bytes
) -> None:
    body = b"id;text;likes\r\n1;a, b, c;3\r\n2;d, e, f;4\r\n3;short\r\n"
    path = write(tmp_path, "p.csv", first + body)
    assert plan(path).delimiter == ";"
    first_post, second_post, bad = items_of(path)
    assert isinstance(first_post, Post)
    assert (first_post.uri, first_post.text, first_post.likes) == ("1", "a, b, c", 3)
    assert isinstance(second_post, Post)
    assert isinstance(bad, Rejected)
    assert bad.place == "line 5"


def test_a_separator_that_nobody_would_guess_is_taken_at_its_word(tmp_path: Path) -> None:
    path = write(tmp_path, "p.csv", b"sep=^\nid^text\n1^one, two, three\n2^one, two, three\n")
    assert [post.text for post in posts_of(path)] == ["one, two, three"] * 2
    tabs = write(tmp_path, "t.csv", b"sep=\t\nid\ttext\n1\tone, two\n")
    assert plan(tabs).delimiter == "\t"


def test_a_declared_separator_must_give_a_table_all_the_same(tmp_path: Path) -> None:
    body = b"".join(b"%d;%s\n" % (n, b"a;b;c"[: n % 5 + 1]) for n in range(50))
    with pytest.raises(ImportFileError, match="no table"):
        plan(write(tmp_path, "p.csv", b"sep=;\nid;text;likes;replies\n" + body))


@pytest.mark.parametrize("first", ["sep=;more", "sep=", "sep=ab", "separator"])
def test_a_first_line_that_only_resembles_it_names_columns(tmp_path: Path, first: str) -> None:
    path = write(tmp_path, "p.csv", f"{first},text\nx,one\n".encode())
    assert [column.name for column in plan(path).columns] == [first, "text"]
