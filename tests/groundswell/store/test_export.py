"""What leaves the house is whole, inert in a spreadsheet, and only what may leave."""

import csv
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.errors import HomeError
from groundswell.store import export, questions
from groundswell.store.filters import Filters
from groundswell.store.trouble import database_errors
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import (
    HOUR,
    T0,
    batch,
    deletion,
    post,
    read,
    rows,
    scored,
    window,
)

STORY = Filters(topic="story")


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def out(home: Path) -> Path:
    return home / "exports" / "out.csv"


def test_posts_csv_has_the_agreed_columns_in_order_of_time(
    con: DuckDBPyConnection, take: Take, out: Path
) -> None:
    take(batch(0, [scored(post(n, reposts=None), (n - 1) / 2) for n in range(3)]))
    export.posts_csv(con, STORY, out)
    said = _read(out)
    assert tuple(said[0]) == export.POSTS_COLUMNS
    assert [row["likes"] for row in said] == ["2", "1", "0"]
    assert said[0] == {
        "source": "bluesky",
        "uri": "at://did:plc:sample/2",
        "url": "https://example.org/2",
        "author": "sample-user-2",
        "author_name": "Sample User 2",
        "created_at": "2025-01-20T11:58:00Z",
        "first_seen_at": "2025-01-20T12:00:00Z",
        "text": "sample text number2",
        "lang": "en",
        "reply_to": "",
        "quote_of": "",
        "likes": "2",
        "reposts": "",
        "replies": "",
        "quotes": "",
        "compound": "0.5",
        "sentiment": "positive",
        "irony": "",
        "matched": "story",
    }
    assert said[2]["compound"] == "-0.5"


@pytest.mark.parametrize("keyword", [None, "sample"])
def test_a_long_period_is_written_in_slices_and_reads_as_one(
    con: DuckDBPyConnection,
    take: Take,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    keyword: str | None,
) -> None:
    take(batch(0, [scored(post(n, text=f"sample\r\n{n}")) for n in range(0, 600, 7)]))
    f = Filters(topic="story", keyword=keyword, until=T0)
    export.posts_csv(con, f, out)
    whole = out.read_bytes()
    monkeypatch.setattr(export, "SLICE_POSTS", 10)
    export.posts_csv(con, f, out)
    assert out.read_bytes() == whole
    assert [int(row["likes"]) for row in _read(out)] == list(range(595, 0, -7))
    assert list(out.parent.iterdir()) == [out]


def test_posts_of_several_topics_name_them_all(
    con: DuckDBPyConnection, take: Take, out: Path
) -> None:
    take(batch(0, [scored(post(1), topics=("zebra", "story", "apple")), scored(post(2))]))
    export.posts_csv(con, STORY, out)
    assert [row["matched"] for row in _read(out)] == ["story", "apple|story|zebra"]


def test_every_value_is_quoted_and_lines_end_in_crlf(
    con: DuckDBPyConnection, take: Take, out: Path
) -> None:
    take(batch(0, [scored(post(1, text='two\nlines, a "quote"'), -0.25)]))
    export.posts_csv(con, STORY, out)
    said = out.read_bytes()
    assert said.count(b"\r\n") == 2
    assert b'"two\nlines, a ""quote"""' in said
    assert b'"-0.25"' in said
    assert said.startswith(b'"source","uri"')


def test_withheld_and_deleted_posts_never_leave(
    con: DuckDBPyConnection, take: Take, out: Path
) -> None:
    hidden = post(1, withheld="noindex", text="", author=None, author_id=None)
    take(batch(0, [scored(hidden, None), scored(post(2)), scored(post(3))]))
    take(batch(1, deletions=[deletion(2)]))
    for write in export.WRITERS.values():
        write(con, STORY, out)
        assert "number2" not in out.read_text()
        assert "sample/1" not in out.read_text()
    export.posts_csv(con, STORY, out)
    assert [row["uri"] for row in _read(out)] == [post(3).uri]


_cells = st.lists(st.sampled_from("'=+-@＝＋－＠a1 ,;|\"\n\r\t") | st.characters(), max_size=8)


@given(text=_cells.map("".join).map(lambda t: t.replace("\0", "").encode("utf-8", "replace")))
@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_text_is_disarmed_and_comes_back_the_same(con: DuckDBPyConnection, text: bytes) -> None:
    plain = text.decode("utf-8", "replace")
    ((cell,),) = con.execute("SELECT disarmed($text)", {"text": plain}).fetchall()
    assert cell[:1] not in set("=+-@\t\r\n＝＋－＠") - {""}
    bare = cell.lstrip("'")
    again = cell[1:] if cell[:1] == "'" and bare[:1] in set("=+-@\t\r\n＝＋－＠") else cell
    assert again == plain


@pytest.mark.parametrize("field", ["text", "author", "author_name", "url", "reply_to", "quote_of"])
def test_every_strangers_field_is_disarmed(
    con: DuckDBPyConnection, take: Take, out: Path, field: str
) -> None:
    take(batch(0, [scored(post(1, **{field: '=HYPERLINK("http://example.org")'}))]))
    export.posts_csv(con, STORY, out)
    assert _read(out)[0][field] == '\'=HYPERLINK("http://example.org")'


def test_keywords_csv(con: DuckDBPyConnection, take: Take, out: Path) -> None:
    take(batch(0, [scored(post(n, text=f"pear @handle{n}")) for n in range(2)]))
    export.keywords_csv(con, STORY, out)
    said = [tuple(row.values()) for row in _read(out)]
    assert said == [
        ("pear", "2", "2"),
        ("'@handle0", "1", "1"),
        ("'@handle1", "1", "1"),
        ("handle0", "1", "1"),
        ("handle1", "1", "1"),
    ]


def test_series_csv_tells_nothing_from_not_known(
    con: DuckDBPyConnection, take: Take, out: Path
) -> None:
    posts = [scored(post(n, created_at=T0 - 3 * HOUR), n / 4 - 0.5) for n in range(3)]
    windows = [window(-3, -1), window(-1, -0.5), window(-0.5, 1, "gap")]
    take(batch(0, posts, coverage=windows))
    export.series_csv(con, STORY, out)
    said = _read(out)
    assert tuple(said[0]) == export.SERIES_COLUMNS
    kept = ("bucket_start", "posts", "authors", "mean_compound", "coverage")
    assert [tuple(row[name] for name in kept) for row in said] == [
        ("2025-01-20T09:00:00Z", "3", "3", "-0.25", "1.0"),
        ("2025-01-20T10:00:00Z", "0", "0", "", "1.0"),
        ("2025-01-20T11:00:00Z", "", "", "", "0.5"),
        ("2025-01-20T12:00:00Z", "", "", "", "0.0"),
    ]
    stance = ("target", "against", "favor", "none", "not_scored", "against_share")
    assert {row[name] for row in said for name in stance} == {""}


def test_series_csv_has_a_row_for_each_target_of_the_topic(
    con: DuckDBPyConnection, take: Take, out: Path
) -> None:
    said: list[dict[str, str]] = [{"Acme": "against"}, {"Acme": "none", "Zenith": "favor"}, {}]
    values = (-0.5, 0.5, 0.25)
    posts = [read(scored(post(n, created_at=T0 - 2 * HOUR), values[n]), said[n]) for n in range(3)]
    asked = {"story": ["Zenith", "Acme"]}
    windows = [window(-2, -0.5), window(-0.5, 0, "gap")]
    take(batch(0, posts, coverage=windows, targets=asked))
    export.series_csv(con, STORY, out)
    kept = ("target", "posts", "authors", "against", "favor", "none", "not_scored")
    lines = [",".join(row[name] for name in kept) for row in _read(out)]
    assert lines == [
        ",3,3,,,,",  # the hour that has posts
        "Zenith,1,1,0,1,0,0",
        "Acme,2,2,1,0,1,0",
        ",,,,,,",  # half of the next was read: nothing is not known to be 0
        "Zenith,,,,,,",
        "Acme,,,,,,",
    ]
    means = [row["mean_compound"] for row in _read(out)]
    assert means[:3] == ["0.083333", "0.5", "0.0"]
    export.series_csv(con, Filters(topic="story", until=T0 - HOUR), out)
    assert [row["coverage"] for row in _read(out)] == ["1.0"] * 3


def test_coverage_csv_says_what_was_read_and_why_not(
    con: DuckDBPyConnection, take: Take, out: Path
) -> None:
    take(
        batch(
            0,
            coverage=[
                window(-3, -2),
                window(-2, -1, "gap", reason="=the site was down"),
                window(-1, 0, instance="+one.example"),
            ],
        )
    )
    export.coverage_csv(con, STORY, out)
    rows = _read(out)
    assert tuple(rows[0]) == export.COVERAGE_COLUMNS
    said = [(row["instance"], row["start"], row["status"], row["reason"]) for row in rows]
    assert sorted(said) == [
        ("", "2025-01-20T09:00:00Z", "complete", ""),
        ("", "2025-01-20T10:00:00Z", "gap", "'=the site was down"),
        ("'+one.example", "2025-01-20T11:00:00Z", "complete", ""),
    ]
    narrow = Filters(topic="story", since=T0 - 2 * HOUR, until=T0 - HOUR)
    export.coverage_csv(con, narrow, out)
    assert [row["status"] for row in _read(out)] == ["gap"]  # windows are half-open
    export.coverage_csv(con, Filters(topic="story", sources=("rss",)), out)
    assert _read(out) == []


def test_stance_csv_has_a_row_for_each_target_a_post_speaks_of(
    con: DuckDBPyConnection, take: Take, out: Path
) -> None:
    both = read(scored(post(1)), {"=Acme": "against", "Zenith": "not_scored", "Other": "none"})
    again = read(scored(post(1)), {"Zenith": "favor"}, model="hub", version="big")
    nameless = read(scored(post(2, labels=("not-indexable",))), {"Zenith": "none"})
    withheld = post(3, withheld="noindex", text="", author=None, author_id=None, raw=b"")
    asked = {"story": ["Zenith", "=Acme"]}
    take(batch(0, [both, nameless, read(scored(withheld), {"Zenith": "none"})], targets=asked))
    take(batch(1, [again]))
    export.stance_csv(con, STORY, out)
    said = [tuple(row.values()) for row in _read(out)]
    assert tuple(_read(out)[0]) == export.STANCE_COLUMNS
    assert said[0][1].startswith("bluesky:")
    assert said[0][2:] == ("Zenith", "none", "0.75", "lite 1")
    assert said[1:] == [
        ("bluesky", post(1).uri, "'=Acme", "against", "0.75", "lite 1"),
        ("bluesky", post(1).uri, "Zenith", "favor", "0.75", "hub big"),
    ]
    export.stance_csv(con, Filters(topic="story", target="=Acme", stances=("against",)), out)
    assert [row["target"] for row in _read(out)] == ["'=Acme"]
    export.posts_csv(con, Filters(topic="story", target="Zenith"), out)
    assert [row["irony"] for row in _read(out)] == ["0.25", "0.25"]


def test_series_coverage_joins_routes_and_averages_servers(
    con: DuckDBPyConnection, take: Take, out: Path
) -> None:
    take(batch(0, coverage=[window(0, 0.5, instance="a"), window(0, 1, instance="b")]))
    take(batch(1, coverage=[window(0.25, 0.75, instance="a")], route="stream"))
    export.series_csv(con, STORY, out)
    assert [(row["coverage"], row["posts"]) for row in _read(out)] == [("0.875", "")]


def test_series_of_a_period_that_cuts_a_bucket(
    con: DuckDBPyConnection, take: Take, out: Path
) -> None:
    take(batch(0, [scored(post(30))], coverage=[window(-0.75, -0.25)]))
    f = Filters(topic="story", since=T0 - 0.75 * HOUR, until=T0 - 0.25 * HOUR)
    export.series_csv(con, f, out, "day")
    assert [(row["coverage"], row["posts"]) for row in _read(out)] == [("1.0", "1")]


def test_a_file_outside_the_home_is_refused(
    con: DuckDBPyConnection, home: Path, tmp_path: Path
) -> None:
    for path in (tmp_path / "x.csv", home / "exports" / ".." / "x.csv"):
        with (
            pytest.raises(HomeError, match="exports"),
            database_errors(home / "groundswell.duckdb"),
        ):
            export.posts_csv(con, STORY, path)
        assert not path.exists()


def test_an_empty_topic_gives_headers_alone(con: DuckDBPyConnection, out: Path) -> None:
    for write in export.WRITERS.values():
        write(con, STORY, out)
        assert len(out.read_bytes().splitlines()) == 1
    assert rows(con, "SELECT count(*) FROM facts") == [(0,)]


def test_who_did_not_agree_to_be_found_is_counted_and_read_but_not_named(
    con: DuckDBPyConnection, take: Take, out: Path
) -> None:
    hidden = post(
        1,
        uri="https://one.example/users/sample-user-1/statuses/1",
        url="https://one.example/@sample-user-1/1",
        labels=("not-indexable",),
    )
    take(batch(0, [scored(hidden), scored(post(2))]))
    export.posts_csv(con, STORY, out)
    (shown,) = (row for row in _read(out) if row["text"] == hidden.text)
    table = questions.posts(con, STORY, "newest", 10, 0)
    seen = table.astype(object).where(table.notna(), None).to_dict("records")
    (card,) = (row for row in seen if row["text"] == hidden.text)
    for row in (shown, card):
        assert "sample-user-1" not in "".join(str(row[name]) for name in ("uri", "url"))
        assert not row["url"]
        assert not row["author"]
        assert not row["author_name"]
    assert shown["uri"] == card["uri"] != ""
    assert questions.totals(con, STORY).authors == 2
