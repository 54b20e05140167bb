"""A scored file has all rows of the original, and says plainly why it could not be made."""

import csv
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.errors import ImportFileError, WrongUse
from groundswell.scoring import table_reader
from groundswell.scoring.files import ADDED, ScoredFile, Wish, score_file
from groundswell.scoring.table_writer import protected
from groundswell.topic import Target

WARM = "I love how this company works, it is a great place to be"
COLD = "This is a horrible lie and everybody here hates it, sad"
LEAD = (
    "It's funny how OpenAI, which has been consuming our data without permission, is now accusing "
    "DeepSeek of the same thing"
)
GERMAN = "Die Firma sagt, dass die Konkurrenz ihr Modell kopiert hat"
KINDS = [".csv", ".tsv", ".jsonl", ".parquet"]


def write_csv(path: Path, *rows: list[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        delimiter = "\t" if path.suffix == ".tsv" else ","
        return list(csv.DictReader(file, delimiter=delimiter))


def read_any(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [dict(row) for row in read_csv(path)]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    return write_csv(
        tmp_path / "texts.csv", ["id", "text"], ["1", WARM], ["2", GERMAN], ["3", ""], ["4", COLD]
    )


def test_rows_are_scored_and_counted(texts: Path, tmp_path: Path) -> None:
    out = tmp_path / "scored.csv"
    assert score_file(texts, out) == ScoredFile(rows=4, scored=2, not_scored=2, stances=0)
    rows = read_csv(out)
    assert list(rows[0]) == ["id", "text", *ADDED]
    assert [row["text"] for row in rows] == [WARM, GERMAN, "", COLD]
    assert [row["lang"] for row in rows] == ["en", "de", "und", "en"]
    assert [row["sentiment"] for row in rows] == [
        "positive",
        "not_scored",
        "not_scored",
        "negative",
    ]
    assert [bool(row["compound"]) for row in rows] == [True, False, False, True]
    assert [bool(row["irony"]) for row in rows] == [True, False, False, True]
    assert {row["stance"] + row["stance_confidence"] for row in rows} == {""}


def test_the_stance_is_asked_about_one_target(texts: Path, tmp_path: Path) -> None:
    out = tmp_path / "scored.csv"
    write_csv(
        texts, ["id", "text"], ["1", LEAD], ["2", GERMAN], ["3", ""], ["4", "They are thieves"]
    )
    wish = Wish(target=Target(name="OpenAI", aliases=("chatgpt",)))
    assert score_file(texts, out, wish).stances == 2
    rows = read_csv(out)
    assert rows[0]["stance"] == "against"
    assert [row["stance"] for row in rows[1:3]] == ["not_scored", "not_scored"]
    assert rows[3]["stance"] in ("against", "none", "favor")
    assert [bool(row["stance_confidence"]) for row in rows] == [True, False, False, True]


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_may_name_the_target_of_each_row(tmp_path: Path, kind: str) -> None:
    source = write_csv(
        tmp_path / "in.csv",
        ["text", "about"],
        [LEAD, "OpenAI"],
        [LEAD, " DeepSeek "],
        [LEAD, ""],
        [LEAD, "x" * 1_000],
    )
    out = tmp_path / f"out{kind}"
    score_file(source, out, Wish(target_column="about"))
    assert [row["stance"] or "" for row in read_any(out)][:3] == ["against", "none", ""]
    with pytest.raises(ImportFileError, match="no column “whom”; its columns are: text, about"):
        score_file(source, out, Wish(target_column="whom"))


def test_every_english_text_is_answered_unless_asked_to_abstain(tmp_path: Path) -> None:
    vague = [f"OpenAI {words}" for words in ("again", "did what it did", "and this", "was there")]
    source = write_csv(tmp_path / "in.csv", ["text"], *([text] for text in vague))
    target = Target(name="OpenAI")
    done = score_file(source, tmp_path / "out.csv", Wish(target=target))
    assert (done.scored, done.stances) == (len(vague), len(vague))
    picky = score_file(source, tmp_path / "picky.csv", Wish(target=target, abstain=True))
    assert picky.stances <= len(vague)


def test_short_texts_in_no_certain_language_are_read_as_english(tmp_path: Path) -> None:
    source = write_csv(
        tmp_path / "in.csv",
        ["text", "lang"],
        ["Good morning my friends", "en"],
        ["lol wut", ""],
        ["lol wut", "fr"],
        ["Ω", ""],
    )
    score_file(source, tmp_path / "out.csv")
    rows = read_csv(tmp_path / "out.csv")
    scored = [row["sentiment"] != "not_scored" for row in rows]
    assert (scored[0], scored[2:]) == (True, [False, False])
    assert scored[1] or rows[1]["lang"] not in ("und", "en")


def test_a_backlog_is_shared_and_stays_in_order(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", ["text"], *([f"{WARM} {n}"] for n in range(1_200)))
    score_file(source, tmp_path / "one.csv")
    score_file(source, tmp_path / "two.csv", Wish(workers=2))
    one, two = (read_csv(tmp_path / f"{name}.csv") for name in ("one", "two"))
    sure = ("text", "lang", "compound", "sentiment")
    assert [[row[name] for name in sure] for row in one] == [
        [row[name] for name in sure] for row in two
    ]


@pytest.mark.parametrize("kind_in", KINDS)
@pytest.mark.parametrize("kind_out", KINDS)
def test_every_kind_becomes_every_kind(
    texts: Path, tmp_path: Path, kind_in: str, kind_out: str
) -> None:
    between, out = tmp_path / f"between{kind_in}", tmp_path / f"out{kind_out}"
    score_file(texts, between)
    done = score_file(between, out)
    assert (done.rows, done.scored) == (4, 2)
    rows = read_any(out)
    assert [row["text"] for row in rows] == [WARM, GERMAN, "", COLD]
    assert [row["sentiment"] for row in rows] == [row["sentiment_given"] for row in rows]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    at = datetime(2025, 1, 29, 12, tzinfo=UTC)
    table = pa.table(
        {
            "text": [WARM, None],
            "likes": pa.array([7, None], pa.int32()),
            "at": pa.array([at, None], pa.timestamp("us", tz="UTC")),
            "tags": pa.array([["ai"], None], pa.list_(pa.string())),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet")
    score_file(tmp_path / "in.parquet", tmp_path / "out.parquet")
    done = pq.read_table(tmp_path / "out.parquet")
    assert done.select(table.column_names).to_pylist() == table.to_pylist()
    assert done.schema.field("likes").type == pa.int32()
    assert [str(done.schema.field(name).type) for name in ADDED] == [
        "string",
        "double",
        "string",
        "string",
        "double",
        "double",
    ]
    score_file(tmp_path / "in.parquet", tmp_path / "out.csv")
    first = read_csv(tmp_path / "out.csv")[0]
    assert (first["likes"], first["tags"], first["at"]) == ("7", '["ai"]', at.isoformat())


def test_json_lines_keep_values_and_gaps(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    big = 123456789012345678901234567890
    source.write_text(
        f'{{"text": "{WARM}", "id": {big}, "n": {{"a": [1, null]}}}}\n\n{{"text": "\\ud800 ok"}}\n',
        encoding="utf-8",
    )
    score_file(source, tmp_path / "out.jsonl")
    first, second = read_any(tmp_path / "out.jsonl")
    assert (first["id"], first["n"]) == (big, {"a": [1, None]})
    assert "id" not in second
    assert second["sentiment"] in ("neutral", "positive", "not_scored")
    score_file(source, tmp_path / "out.parquet")
    assert [row["id"] for row in read_any(tmp_path / "out.parquet")] == [str(big), None]


def test_a_column_of_ours_is_kept_under_another_name(tmp_path: Path) -> None:
    source = write_csv(
        tmp_path / "in.csv", ["text", "sentiment", "sentiment_given"], [WARM, "mine", "older"]
    )
    score_file(source, tmp_path / "out.csv")
    (row,) = read_csv(tmp_path / "out.csv")
    assert row["sentiment"] == "positive"
    assert row["sentiment_given"] == "older"
    assert row["sentiment_given_given"] == "mine"


@pytest.mark.parametrize("header", ["lang", "Language", "lang_declared"])
def test_language_codes_in_the_file_are_hints(tmp_path: Path, header: str) -> None:
    short = "Good morning my friends"
    source = write_csv(
        tmp_path / "in.csv", ["text", header], [short, "fr"], [short, "en-GB"], [short, "english"]
    )
    score_file(source, tmp_path / "out.csv")
    assert [row["lang"] for row in read_csv(tmp_path / "out.csv")] == ["und", "en", "en"]


def test_our_own_guess_is_no_second_witness(tmp_path: Path) -> None:
    short = "Good morning my friends"
    source = write_csv(tmp_path / "in.csv", ["text", "lang", "compound"], [short, "fr", "0.5"])
    score_file(source, tmp_path / "out.csv")
    assert read_csv(tmp_path / "out.csv")[0]["lang"] == "en"


@pytest.mark.parametrize("header", ["Text", "body", "COMMENT", "headline"])
def test_the_text_column_is_found_in_any_case(tmp_path: Path, header: str) -> None:
    source = write_csv(tmp_path / "in.csv", ["id", header], ["1", WARM])
    assert score_file(source, tmp_path / "out.csv").scored == 1


def test_the_text_column_can_be_said(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", ["text", "reply"], [GERMAN, WARM])
    assert score_file(source, tmp_path / "out.csv", Wish(text="reply")).scored == 1


def test_a_single_column_is_the_text(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", ["what they said"], [WARM])
    assert score_file(source, tmp_path / "out.csv").scored == 1


@pytest.mark.parametrize("wanted", ["txt", None])
def test_an_unknown_text_column_names_the_known_ones(tmp_path: Path, wanted: str | None) -> None:
    source = write_csv(tmp_path / "in.csv", ["id", "q1"], ["1", WARM])
    with pytest.raises(ImportFileError, match="id, q1"):
        score_file(source, tmp_path / "out.csv", Wish(text=wanted))
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("in.xlsx", b"PK", r"ends in none of \.csv"),
        ("in.csv", b"", "empty"),
        ("in.csv", b"id,text\n1,a\n2,b,c\n", "line 3 has 3 values"),
        ("in.csv", b'id,text\n1,"a\n2,b\n', "quotation mark"),
        ("in.csv", "id,text\n1,caf\xe9\n".encode("latin-1"), "not UTF-8"),
        ("in.jsonl", b"", "empty"),
        ("in.jsonl", b'{"text": "a"}\n{"text": \n', "line 2 is not JSON"),
        ("in.jsonl", b'{"text": "a"}\n["b"]\n', "line 2 is not an object"),
        ("in.jsonl", b"[" * 100_000, "line 1 is not JSON"),
        ("in.parquet", b"PAR1 but no more", "cannot be read"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    source = tmp_path / name
    source.write_bytes(content)
    with pytest.raises(ImportFileError, match=said):
        score_file(source, tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == [source]


def test_damage_inside_a_parquet_file_leaves_nothing_behind(tmp_path: Path) -> None:
    source = tmp_path / "in.parquet"
    pq.write_table(pa.table({"text": [f"{WARM} {n}" for n in range(5_000)]}), source)
    content = bytearray(source.read_bytes())
    content[200:2_000] = bytes(1_800)
    source.write_bytes(content)
    with pytest.raises(ImportFileError, match=r"in\.parquet cannot be read"):
        score_file(source, tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == [source]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match=r"nowhere\.csv"):
        score_file(tmp_path / "nowhere.csv", tmp_path / "out.csv")


def test_the_file_itself_is_never_overwritten(texts: Path) -> None:
    before = texts.read_bytes()
    with pytest.raises(WrongUse, match="another name"):
        score_file(texts, texts)
    assert texts.read_bytes() == before


def test_a_folder_that_is_not_there_is_named(texts: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="nowhere"):
        score_file(texts, tmp_path / "nowhere" / "out.csv")


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8-sig", ","), ("utf-16", ","), ("utf-8", ";"), ("utf-8", "\t")],
)
def test_spreadsheet_exports_are_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    source = tmp_path / "in.csv"
    text = "I love this great company"
    source.write_text(f"id{delimiter}text\r\n1{delimiter}{text}\r\n\r\n", encoding=encoding)
    assert score_file(source, tmp_path / "out.csv") == ScoredFile(
        rows=1, scored=1, not_scored=0, stances=0
    )
    (row,) = read_csv(tmp_path / "out.csv")
    assert (row["id"], row["text"]) == ("1", text)


def test_tab_separated_quotation_marks_may_be_plain_signs(tmp_path: Path) -> None:
    source = tmp_path / "in.tsv"
    source.write_text(f'text\tlabel\n"He said: {WARM}\tgood\n{COLD}\tbad\n', encoding="utf-8")
    assert score_file(source, tmp_path / "out.csv").rows == 2
    assert read_csv(tmp_path / "out.csv")[0]["text"].startswith('"He')


def test_columns_of_one_name_or_none_stay_apart(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", ["text", "a", "a", ""], [WARM, "1", "2", "3"])
    score_file(source, tmp_path / "out.csv")
    (row,) = read_csv(tmp_path / "out.csv")
    assert (row["a"], row["a (2)"], row["column 4"]) == ("1", "2", "3")


def test_large_files_go_through_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_reader, "CHUNK_ROWS", 3)
    source = write_csv(tmp_path / "in.csv", ["text"], *([f"{WARM} {n}"] for n in range(8)))
    told: list[int] = []
    score_file(source, tmp_path / "out.csv", on_rows=told.append)
    assert told == [3, 6, 8]
    assert [row["text"] for row in read_csv(tmp_path / "out.csv")] == [
        f"{WARM} {n}" for n in range(8)
    ]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-cmd", "'-cmd"),
        ("@sample", "'@sample"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ("-1.5", "-1.5"),
        ("+3e-4", "+3e-4"),
        ("-", "'-"),
        ("-1+cmd", "'-1+cmd"),
        (-1.5, "-1.5"),
        (None, ""),
        (True, "true"),
        (Decimal("-1.10"), "-1.10"),
        (["=x"], '["=x"]'),
        (b"caf\xc3\xa9", "café"),
        ("'=x", "'=x"),
        ("plain", "plain"),
    ],
)
def test_only_text_that_a_spreadsheet_would_run_is_defused(cell: object, written: str) -> None:
    assert protected(cell) == written


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=5))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_texts_come_back_whole_and_harmless(tmp_path: Path, said: list[str]) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.csv"
    lines = [json.dumps({"text": text, "id": n}) for n, text in enumerate(["first", *said])]
    source.write_text("\n".join(lines), encoding="utf-8")
    score_file(source, out)
    rows = read_csv(out)
    assert [row["id"] for row in rows] == [str(n) for n in range(len(said) + 1)]
    for row, text in zip(rows, ["first", *said], strict=True):
        assert row["text"] in (text, f"'{text}")
