"""JSON Lines and JSON: a bad line costs itself, nested names are dotted, deep ones do no harm."""

from pathlib import Path

import orjson
import pytest

from collectors.file_import import plan
from collectors.file_import.json_rows import flatten
from groundswell.errors import ImportFileError
from groundswell.post import Post
from tests.collectors.file_import.files import (
    ROWS,
    items_of,
    posts_of,
    rejected_of,
    write,
    write_json_lines,
)

GOOD = b'{"id": "a", "text": "fine"}\n'


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (b'{"id": "b", "text": \n', "it is not JSON"),
        (b"[" * 5_000 + b"\n", "nested too deep"),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"\n", "nested too deep"),
        (b'"only a text"\n', "not an object"),
        (b"{}\n", "not an object"),
        (b'{"errors": [{"title": "Not Found Error"}]}\n', "error message"),
    ],
)
def test_a_bad_line_is_quarantined_with_its_number(tmp_path: Path, bad: bytes, said: str) -> None:
    path = write(tmp_path, "p.jsonl", GOOD + b"\n" + bad + GOOD.replace(b'"a"', b'"c"'))
    (rejected,) = rejected_of(path)
    assert rejected.place == "line 3"
    assert said in rejected.reason
    assert rejected.raw
    assert [item.uri for item in items_of(path) if isinstance(item, Post)] == ["a", "c"]


def test_deep_but_readable_json_is_kept_with_its_raw_line(tmp_path: Path) -> None:
    deep = b'{"id": "b", "text": "deep", "x":' + b'{"y":' * 900 + b"1" + b"}" * 901 + b"\n"
    post = posts_of(write(tmp_path, "p.jsonl", GOOD + deep))[1]
    assert (post.text, post.raw) == ("deep", deep.strip())


def test_lone_surrogates_and_nan_do_not_cost_the_line(tmp_path: Path) -> None:
    line = b'{"id": "b", "text": "half \\ud83d of it", "likes": NaN}\n'
    post = posts_of(write(tmp_path, "p.jsonl", GOOD + line))[1]
    assert post.text == "half \ufffd of it"
    assert post.likes is None


def test_a_line_over_the_cap_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectors.file_import.json_rows.LINE_CAP_CHARS", 200)
    long = orjson.dumps({"id": "b", "text": "x" * 1_000}) + b"\n"
    path = write(tmp_path, "p.jsonl", GOOD + long + GOOD.replace(b'"a"', b'"c"'))
    (rejected,) = rejected_of(path)
    assert rejected.place == "line 2"
    assert len(items_of(path)) == 3


@pytest.mark.parametrize("indent", [0, orjson.OPT_INDENT_2])
def test_a_list_over_one_or_many_lines_is_a_document(tmp_path: Path, indent: int) -> None:
    path = write(tmp_path, "p.json", orjson.dumps([*ROWS, "bad"], option=indent))
    (rejected,) = rejected_of(path)
    assert (plan(path).format, rejected.place) == ("JSON", "item 4")
    assert len(items_of(path)) == 4


def test_a_list_with_one_item_a_line_is_a_document_too(tmp_path: Path) -> None:
    body = b"[\n" + b",\n".join(orjson.dumps(row) for row in ROWS) + b"\n]\n"
    path = write(tmp_path, "p.json", body)
    assert (plan(path).format, len(posts_of(path))) == ("JSON", 3)


def test_a_cut_document_is_refused(tmp_path: Path) -> None:
    cut = orjson.dumps(ROWS, option=orjson.OPT_INDENT_2)[:-20]
    with pytest.raises(ImportFileError, match="not valid JSON"):
        plan(write(tmp_path, "p.json", cut))


@pytest.mark.parametrize("first", [b"1", b"NaN"])  # the second is left to the slower reader
@pytest.mark.parametrize("depth", [1_020, 100_000])
def test_a_document_nested_too_deep_is_refused(tmp_path: Path, first: bytes, depth: int) -> None:
    path = write(tmp_path, "p.json", b"[" + first + b"," + b"[" * depth + b"]" * depth + b"]")
    with pytest.raises(ImportFileError, match="nested too deep"):
        plan(path)


def test_a_document_over_the_cap_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectors.file_import.json_rows.DOCUMENT_CAP_CHARS", 100)
    with pytest.raises(ImportFileError, match="jq -c"):
        plan(write(tmp_path, "p.json", orjson.dumps(ROWS)))


def test_a_file_without_one_post_is_refused_naming_the_first_fault(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match=r"line 1: it is not an object"):
        plan(write(tmp_path, "p.jsonl", b"[1]\n[2]\n[3]\n"))


def test_utf16_lines_are_read(tmp_path: Path) -> None:
    text = "".join(orjson.dumps(row).decode() + "\n" for row in ROWS)
    assert len(posts_of(write(tmp_path, "p.jsonl", text.encode("utf-16")))) == 3


def test_names_that_the_first_rows_lack_are_still_read(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"id": f"n{n}", "text": "x"} for n in range(600)]
    rows.append({"id": "late", "text": "x", "likes": 3, "deleted_at": False})
    assert posts_of(write_json_lines(tmp_path, rows))[-1].likes == 3


def test_nested_objects_become_dotted_names_to_a_depth() -> None:
    item: dict[str, object] = {"a": {"b": {"c": [1]}}, "d": {}}
    assert flatten(item) == {"a.b.c": [1]}
    deep: dict[str, object] = {"x": 1}
    for _ in range(5_000):
        deep = {"y": deep}
    assert len(flatten(deep)) == 1


def test_a_dotted_name_can_be_mapped(tmp_path: Path) -> None:
    path = write_json_lines(tmp_path, [{"data": {"said": "OpenAI"}, "n": 1}])
    assert posts_of(path, mapping={"data.said": "text"})[0].text == "OpenAI"
