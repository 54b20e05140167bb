"""Coverage windows: merged without overlap, complete stays complete, holes are found."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from groundswell.coverage import RANK, Coverage, Status, both, merge, uncovered

START = datetime(2025, 1, 20, tzinfo=UTC)
HOURS = 24


def hour(n: int) -> datetime:
    return START + timedelta(hours=n)


def window(start: int, end: int, status: Status = "complete", found: int = 0) -> Coverage:
    reason = None if status == "complete" else status
    return Coverage(start=hour(start), end=hour(end), status=status, reason=reason, found=found)


@st.composite
def windows(draw: st.DrawFn) -> Coverage:
    start = draw(st.integers(0, HOURS - 1))
    end = draw(st.integers(start + 1, HOURS))
    status: Status = draw(st.sampled_from(list(RANK)))
    return window(start, end, status, draw(st.integers(0, 50)))


def at(hour_no: int, all_windows: list[Coverage]) -> Status | None:
    for w in all_windows:
        if w.start <= hour(hour_no) < w.end:
            return w.status
    return None


@given(st.lists(windows(), max_size=8), st.lists(windows(), max_size=8))
def test_merged_windows_never_overlap_and_keep_every_hour(
    known: list[Coverage], new: list[Coverage]
) -> None:
    merged = merge(known, new)
    assert all(a.end <= b.start for a, b in pairwise(merged))
    for n in range(HOURS):
        over = [w.status for w in [*known, *new] if w.start <= hour(n) < w.end]
        best = max(over, key=RANK.__getitem__, default=None)
        assert at(n, merged) == best


@given(st.lists(windows(), max_size=8), st.lists(windows(), max_size=8))
def test_merging_again_changes_nothing(known: list[Coverage], new: list[Coverage]) -> None:
    once = merge(known, new)
    assert merge(once, []) == once


@given(st.lists(windows(), max_size=8))
def test_holes_and_complete_windows_fill_the_span_exactly(known: list[Coverage]) -> None:
    holes = uncovered((hour(0), hour(HOURS)), known)
    for n in range(HOURS):
        done = any(w.status == "complete" and w.start <= hour(n) < w.end for w in known)
        in_hole = any(start <= hour(n) < end for start, end in holes)
        assert done != in_hole


def test_a_failed_rereading_does_not_undo_a_complete_window() -> None:
    merged = merge([window(0, 10, found=7)], [window(5, 12, "gap")])
    assert [(w.start, w.end, w.status) for w in merged] == [
        (hour(0), hour(10), "complete"),
        (hour(10), hour(12), "gap"),
    ]


def test_a_gap_is_closed_by_a_later_complete_reading() -> None:
    merged = merge([window(0, 4, "gap")], [window(0, 4, found=3)])
    assert [(w.status, w.found) for w in merged] == [("complete", 3)]


def test_neighbours_that_say_the_same_are_one() -> None:
    merged = merge([window(0, 4, found=2)], [window(4, 9, found=5)])
    assert merged == [window(0, 9, found=7)]


def test_neighbours_with_other_reasons_stay_apart() -> None:
    first = Coverage(start=hour(0), end=hour(1), status="gap", reason="page cap")
    second = Coverage(start=hour(1), end=hour(2), status="gap", reason="login expired")
    assert merge([first], [second]) == [first, second]


def test_empty_windows_are_dropped() -> None:
    assert merge([window(3, 3)], []) == []


def test_only_complete_windows_count_as_read() -> None:
    assert uncovered((hour(0), hour(4)), [window(0, 4, "truncated")]) == [(hour(0), hour(4))]


def test_every_count_stays_with_the_window_that_covers_it() -> None:
    counted = replace(window(0, 4, found=3), pages=2, rejected=1, requests=5, dropped=1)
    merged = merge([counted], [window(2, 6, "gap")])
    assert merged[0] == counted
    joined = merge([counted], [replace(counted, start=hour(4), end=hour(6))])
    assert [(w.pages, w.rejected, w.requests, w.dropped) for w in joined] == [(4, 2, 10, 2)]


def test_two_routes_cover_together_what_both_read_completely() -> None:
    first = [window(0, 4), window(6, 9), window(9, 12, "gap")]
    second = [window(2, 7), window(8, 20)]
    assert both(first, second) == [
        (hour(2), hour(4)),
        (hour(6), hour(7)),
        (hour(8), hour(9)),
    ]
