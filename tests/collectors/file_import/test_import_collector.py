"""FileImport as a collector: bounded pages, honest coverage, rows that cost only themselves."""

import asyncio
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collectors.file_import import FileImport, plan
from collectors.file_import.recipe import Recipe
from collectors.file_import.repeats import Repeats
from collectors.file_import.rows import Row
from groundswell.errors import ImportFileError
from groundswell.post import Post, Rejected
from groundswell.settings import Settings
from groundswell.source import Collector
from tests.collectors.file_import.files import (
    NOW,
    ROWS,
    ask,
    importer,
    items_of,
    pages_of,
    posts_of,
    rejected_of,
    write,
    write_csv,
    write_json_lines,
)


def test_it_is_a_collector() -> None:
    collector: Collector = FileImport(Settings())
    assert (collector.name, collector.route) == ("import", "file")
    assert pages_of(FileImport(Settings())) == []


def test_rows_come_in_pages_with_their_lines_and_what_made_them(tmp_path: Path) -> None:
    rows = [{"id": f"a{n}", "text": "x"} for n in range(5_001)]
    first, second, last = pages_of(importer(write_csv(tmp_path, rows)))
    assert (len(first.body), len(second.body), last.body) == (5_000, 1, None)
    assert (first.body[0].place, second.body[0].place) == ("line 2", "line 5002")
    assert (first.source, first.route, first.url, first.fetched_at) == (
        "import",
        "file",
        "posts.csv",
        NOW,
    )
    assert first.context["recipe"]["columns"] == {"uri": "id", "text": "text"}


def test_long_rows_make_short_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.file_import.collector.PAGE_BYTES", 3_000)
    path = write_json_lines(tmp_path, [{"id": n, "text": "x" * 1_000} for n in range(7)])
    assert [len(page.body or ()) for page in pages_of(importer(path))] == [3, 3, 1, 0]


def test_the_file_covers_the_time_of_its_posts_and_no_more(tmp_path: Path) -> None:
    path = write_csv(tmp_path, [*ROWS, {"id": "a4", "created_at": "1970-01-01T00:00:00Z"}])
    (window,) = pages_of(importer(path))[-1].coverage
    first = datetime(2025, 1, 29, 10, tzinfo=UTC)
    assert (window.start, window.status, window.reason) == (first, "complete", None)
    assert window.end == datetime(2025, 1, 30, 11, tzinfo=UTC) + timedelta(microseconds=1)
    assert pages_of(importer(write_csv(tmp_path, [{"text": "x"}])))[-1].coverage == ()


def test_absurd_times_are_no_part_of_what_a_file_covers(tmp_path: Path) -> None:
    absurd = [
        {"id": "a0", "created_at": "1994-12-31T00:00:00Z", "text": "x"},
        {"id": "a4", "created_at": "2100-01-01T00:00:00Z", "text": "x"},
    ]
    span = (datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
    path = write_csv(tmp_path, [*absurd, *({n: row[n] for n in absurd[0]} for row in ROWS)])
    (window,) = pages_of(importer(path), ask(span=span))[-1].coverage
    assert (window.start.year, window.end.year) == (2025, 2025)
    nothing_left = importer(write_csv(tmp_path, absurd))
    assert pages_of(nothing_left, ask(span=span))[-1].coverage == ()


def test_lists_and_objects_where_a_text_belongs(tmp_path: Path) -> None:
    rows = [
        {"id": "a1", "author": "sample-user-1", "text": ["Two", "parts"]},
        {"id": "a2", "author": ["sample-user-1", 2], "text": "x"},
        {"id": "a3", "author": "sample-user-1", "text": [{"en": "x"}]},
    ]
    joined, *others = items_of(write_json_lines(tmp_path, rows))
    assert isinstance(joined, Post)
    assert joined.text == "Two parts"
    assert [r.field_name for r in others if isinstance(r, Rejected)] == ["author", "text"]


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_a_limit_is_kept_and_said(tmp_path: Path, limit: int) -> None:
    pages = pages_of(importer(write_csv(tmp_path, ROWS)), ask(limit=limit))
    assert sum(len(page.body or ()) for page in pages) == limit
    statuses = [window.status for page in pages for window in page.coverage]
    assert statuses == (["truncated"] if limit else [])


def test_a_limit_that_is_not_reached_is_not_said(tmp_path: Path) -> None:
    pages = pages_of(importer(write_csv(tmp_path, ROWS)), ask(limit=3))
    assert [window.status for window in pages[-1].coverage] == ["complete"]


def test_several_files_share_one_limit_and_are_all_checked_first(tmp_path: Path) -> None:
    good, other = write_csv(tmp_path, ROWS), write_csv(tmp_path, ROWS, "other.csv")
    pages = pages_of(importer(good, other), ask(limit=4))
    assert [len(page.body or ()) for page in pages] == [3, 0, 1, 0]
    with pytest.raises(ImportFileError, match="is empty"):
        next(iter(pages_of(importer(good, write(tmp_path, "empty.csv", b"")))))


def test_the_source_of_a_row_is_its_own_then_the_origin(tmp_path: Path) -> None:
    named = ["bluesky", "Sample Web App", "", "x" * 40, "our-mail"]
    rows = [{"id": n, "text": "x", "source": name} for n, name in enumerate(named)]
    path = write_csv(tmp_path, rows)
    assert [post.source for post in posts_of(path)] == [
        "bluesky",
        "import",
        "import",
        "import",
        "our-mail",
    ]
    assert [post.source for post in posts_of(path, origin="mail")][1] == "mail"


def test_a_bad_cell_costs_its_row_and_names_line_column_and_reason(tmp_path: Path) -> None:
    rows = [dict(row, Likes="1.2K" if row["id"] == "a2" else "3") for row in ROWS]
    path = write_csv(tmp_path, rows)
    (bad,) = rejected_of(path)
    assert bad.reason == "line 3, column 'Likes': '1.2K' is not a whole number."
    assert (bad.source, bad.stage, bad.field_name, bad.place) == (
        "import",
        "import",
        "likes",
        "line 3",
    )
    assert b'"a2"' in bad.raw
    assert len(items_of(path)) == 3


def test_a_row_without_text_is_rejected_but_not_one_with_a_picture(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "text": " ", "alt_text": ""},
        {"id": "b", "text": "", "alt_text": "A chart"},
    ]
    path = write_csv(tmp_path, rows)
    (bad,) = rejected_of(path)
    assert (bad.place, bad.field_name) == ("line 2", "text")
    assert [item.alt_text for item in items_of(path) if isinstance(item, Post)] == ["A chart"]


def test_repeated_rows_are_quarantined_with_the_line_of_the_first(tmp_path: Path) -> None:
    rows = [{"id": f"a{n % 6_000}", "text": "x"} for n in range(6_002)]
    rows += [{"id": "", "text": "same words"}] * 2
    reasons = [bad.reason for bad in rejected_of(write_csv(tmp_path, rows))]
    assert reasons == [
        "line 6002 is the same post as line 2.",
        "line 6003 is the same post as line 3.",
        "line 6005 is the same post as line 6004.",
    ]


def test_posts_is_pure(tmp_path: Path) -> None:
    collector = importer(write_csv(tmp_path, ROWS))
    page = pages_of(collector)[0]
    assert list(FileImport(Settings()).posts(page)) == list(collector.posts(page))


def test_hostile_text_comes_out_clean_and_whole(tmp_path: Path) -> None:
    hostile = {
        "<script>alert(1)</script> & done": "<script>alert(1)</script> & done",
        "![x](http://example.org/p.png) $E=mc^2$": "![x](http://example.org/p.png) $E=mc^2$",
        "a\u202eb\u0000c": "abc",
        "=HYPERLINK(1)": "=HYPERLINK(1)",
        "👩‍👩‍👧 ok": "👩‍👩‍👧 ok",
    }
    rows = [{"id": n, "text": text} for n, text in enumerate(hostile)]
    assert [post.text for post in posts_of(write_csv(tmp_path, rows))] == list(hostile.values())


def test_links_are_http_only(tmp_path: Path) -> None:
    row = {"id": "a", "text": "x", "url": "javascript:alert(1)", "links": "ftp://example.org"}
    (post,) = posts_of(write_csv(tmp_path, [row]))
    assert (post.url, post.links) == (None, ())


def test_an_address_serves_as_identity_where_there_is_no_id(tmp_path: Path) -> None:
    (post,) = posts_of(write_csv(tmp_path, [{"url": "https://example.org/1", "text": "x"}]))
    assert (post.uri, post.url) == ("https://example.org/1", "https://example.org/1")


def test_a_plan_shows_samples_and_doubts(tmp_path: Path) -> None:
    rows = [{"id": str(n), "date": f"2025-01-{n:02}", "text": "word " * 40} for n in range(1, 9)]
    planned = plan(write_csv(tmp_path, rows), zone="UTC")
    columns = {column.name: column for column in planned.columns}
    assert columns["id"].samples == ("1", "2", "3")
    assert len(columns["text"].samples[0]) == 60
    assert columns["text"].how == "guessed"
    assert (planned.zone, planned.origin, planned.layout) == ("UTC", "import", None)
    assert len([w for w in planned.warnings if "midnight" in w or "row numbers" in w]) == 2


def test_addresses_as_ids_are_a_doubt(tmp_path: Path) -> None:
    path = write_csv(tmp_path, [{"link": "https://example.org/1", "text": "x"}])
    assert any("Addresses serve as ids" in warning for warning in plan(path).warnings)


def test_a_plan_says_what_is_missing(tmp_path: Path) -> None:
    said = " ".join(plan(write_csv(tmp_path, [{"text": "x"}])).warnings)
    assert "No column holds the time" in said
    assert "No column holds an id" in said


def test_dates_of_two_readings_need_a_word(tmp_path: Path) -> None:
    path = write_csv(tmp_path, [{"text": "x", "date": "03/04/2025"}])
    with pytest.raises(ImportFileError, match="created_at:day-first"):
        plan(path, zone="UTC")
    (post,) = posts_of(path, zone="UTC", mapping={"date": "created_at:month-first"})
    assert post.created_at == datetime(2025, 3, 4, tzinfo=UTC)
    assert plan(path, {"date": "created_at:day-first"}, "UTC").mapping["date"].endswith("day-first")


def test_memory_does_not_grow_with_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectors.file_import.collector.PAGE_ROWS", 500)

    async def drain(collector: FileImport) -> int:
        return sum([len(page.body or ()) async for page in collector.pages(ask())])

    def peak_bytes(rows: int) -> int:
        path = write_csv(tmp_path, [{"id": f"a{n}", "text": "x" * 400} for n in range(rows)])
        tracemalloc.start()
        try:
            assert asyncio.run(drain(importer(path))) == rows
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak_bytes(6_000) < 1.3 * peak_bytes(2_000)


def test_repeats_hold_sixteen_bytes_a_row() -> None:
    repeats = Repeats(Recipe(columns={"uri": "id", "text": "text"}))

    def rows(start: int) -> Iterator[Row]:
        for n in range(start, start + 1_000):
            yield Row(unit="line", number=n, cells={"id": f"a{n}", "text": "x"})

    for start in range(0, 20_000, 1_000):
        assert all(row.repeats is None for row in repeats.marked(rows(start)))
    assert [row.repeats for row in repeats.marked(rows(7_000))] == list(range(7_000, 8_000))
    assert repeats.size_bytes() == 16 * 20_000
