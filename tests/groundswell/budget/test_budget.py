"""Budgets: spent before the call, never above the limit, whoever asks and whoever dies."""

import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import PIPE

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.budget import Budget, Period, Reservation, dollars, micro_dollars
from groundswell.errors import BudgetSpent
from tests.collectors.clock import Clock

NOON = datetime(2025, 2, 1, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[3]


def spender(*words: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.groundswell.budget.spender", *map(str, words)]
    return subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True, cwd=ROOT)


def test_nothing_is_spent_at_first_and_no_file_is_made_by_looking(tmp_path: Path) -> None:
    budget = Budget(tmp_path, "sample", 10, period="ever")
    assert (budget.left(), budget.spent(), list(tmp_path.iterdir())) == (10, 0, [])


def test_what_is_reserved_counts_as_spent_in_every_process(tmp_path: Path) -> None:
    Budget(tmp_path, "sample", 10, period="ever").reserve(7)
    other = Budget(tmp_path, "sample", 10, period="ever")
    assert other.left() == 3
    with pytest.raises(BudgetSpent):
        other.reserve(4)
    assert other.left() == 3
    other.reserve(3)
    assert other.left() == 0


def test_what_the_answer_did_not_cost_is_given_back_after_it(tmp_path: Path) -> None:
    budget = Budget(tmp_path, "sample", 100, period="ever")
    reserved = budget.reserve(100)
    budget.settle(reserved, 30)
    assert budget.left() == 70
    budget.settle(budget.reserve(10), 10)
    assert budget.left() == 60


def test_an_answer_that_cost_more_is_counted_whole(tmp_path: Path) -> None:
    budget = Budget(tmp_path, "sample", 100, period="ever")
    budget.settle(budget.reserve(10), 150)
    assert (budget.spent(), budget.left()) == (150, 0)


def test_budgets_of_one_home_are_apart(tmp_path: Path) -> None:
    Budget(tmp_path, "units", 10, period="ever").reserve(10)
    assert Budget(tmp_path, "searches", 10, period="ever").left() == 10


def test_a_smaller_limit_than_what_was_spent_leaves_nothing(tmp_path: Path) -> None:
    Budget(tmp_path, "sample", 10, period="ever").reserve(8)
    assert Budget(tmp_path, "sample", 5, period="ever").left() == 0


def test_the_error_says_what_how_much_when_and_what_to_do(tmp_path: Path) -> None:
    budget = Budget(
        tmp_path,
        "youtube.units",
        10_000,
        period="day-pacific",
        source="youtube",
        what="units of today's quota",
        advice="Ask Google for more.",
        now=lambda: NOON,
    )
    budget.reserve(9_950)
    with pytest.raises(BudgetSpent) as caught:
        budget.reserve(100)
    assert str(caught.value) == (
        "9,950 of 10,000 units of today's quota are spent and the next request may cost "
        "100, so it was not sent. There is more from 2025-02-02 08:00 UTC on. Ask Google for more."
    )
    assert caught.value.resumes_at == datetime(2025, 2, 2, 8, 0, tzinfo=UTC)
    assert caught.value.source == "youtube"


def test_a_budget_without_a_period_never_comes_back_by_itself(tmp_path: Path) -> None:
    budget = Budget(tmp_path, "sample", 0, period="ever", now=lambda: NOON)
    with pytest.raises(BudgetSpent) as caught:
        budget.reserve(1)
    assert caught.value.resumes_at is None


@pytest.mark.parametrize(
    ("period", "before", "after"),
    [
        ("day-utc", datetime(2025, 2, 1, 23, 59, tzinfo=UTC), datetime(2025, 2, 2, tzinfo=UTC)),
        (
            "day-pacific",
            datetime(2025, 2, 2, 7, 59, tzinfo=UTC),
            datetime(2025, 2, 2, 8, tzinfo=UTC),
        ),
        (
            "day-pacific",  # 9 March 2025 has 23 hours there
            datetime(2025, 3, 10, 6, 59, tzinfo=UTC),
            datetime(2025, 3, 10, 7, tzinfo=UTC),
        ),
        (
            "day-pacific",  # 2 November 2025 has 25
            datetime(2025, 11, 3, 7, 59, tzinfo=UTC),
            datetime(2025, 11, 3, 8, tzinfo=UTC),
        ),
    ],
)
def test_a_day_ends_at_midnight_there(
    tmp_path: Path, period: Period, before: datetime, after: datetime
) -> None:
    clock = Clock(before)
    budget = Budget(tmp_path, "sample", 5, period=period, now=clock.now)
    budget.reserve(5)
    assert (budget.left(), budget.resumes_at()) == (0, after)
    clock.time = after
    assert budget.left() == 5


def test_an_answer_after_midnight_settles_the_day_it_was_reserved_in(tmp_path: Path) -> None:
    clock = Clock(datetime(2025, 2, 1, 23, 59, tzinfo=UTC))
    budget = Budget(tmp_path, "sample", 10, period="day-utc", now=clock.now)
    reserved = budget.reserve(10)
    clock.time += timedelta(minutes=2)
    budget.reserve(4)
    budget.settle(reserved, 1)
    assert budget.left() == 6
    clock.time -= timedelta(minutes=2)
    assert budget.left() == 9


def test_the_site_can_only_lower_what_is_left(tmp_path: Path) -> None:
    budget = Budget(tmp_path, "sample", 300, period="ever")
    budget.reserve(10)
    budget.set_left(120)
    assert budget.left() == 120
    budget.set_left(290)
    assert budget.left() == 120
    budget.set_left(9_999)
    assert budget.left() == 120


def test_amounts_below_nothing_are_refused(tmp_path: Path) -> None:
    budget = Budget(tmp_path, "sample", 10, period="ever")
    with pytest.raises(ValueError, match="-1"):
        budget.reserve(-1)
    reserved = budget.reserve(1)
    with pytest.raises(ValueError, match="-5"):
        budget.settle(reserved, -5)
    assert budget.left() == 9


Steps = st.lists(
    st.tuples(st.sampled_from(["reserve", "settle", "crash", "site"]), st.integers(0, 60)),
    max_size=40,
)


@settings(max_examples=60)
@given(Steps)
def test_no_order_of_reserving_settling_and_dying_passes_the_limit(
    steps: list[tuple[str, int]],
) -> None:
    """Against a model that keeps the sums in a variable."""
    with tempfile.TemporaryDirectory() as folder:
        spent, open_ones = 0, list[Reservation]()
        for step, amount in steps:
            budget = Budget(Path(folder), "sample", 100, period="ever")  # each time a new process
            if step == "reserve":
                fits = spent + amount <= 100
                try:
                    open_ones.append(budget.reserve(amount))
                    assert fits
                    spent += amount
                except BudgetSpent:
                    assert not fits
            elif step == "settle" and open_ones:
                reserved = open_ones.pop(amount % len(open_ones))
                actual = min(amount, reserved.amount)
                budget.settle(reserved, actual)
                spent -= reserved.amount - actual
            elif step == "crash":
                open_ones.clear()
            elif step == "site":
                budget.set_left(amount)
                spent = max(spent, 100 - amount)
            assert budget.spent() == spent <= 100


def test_processes_at_once_never_pass_the_limit(tmp_path: Path) -> None:
    """Each success costs 2 of 4 in the end, and at its height 4: 3 processes spend 400 together."""
    crowd = [spender("spend", tmp_path, 400, 4) for _ in range(3)]
    for process in crowd:
        assert process.stdin is not None
        process.stdin.write("now\n")
        process.stdin.flush()
    times = [int(process.communicate(timeout=60)[0]) for process in crowd]
    spent = Budget(tmp_path, "sample", 400, period="ever").spent()
    assert spent == 2 * sum(times)
    assert 400 - 4 * len(crowd) < spent <= 400


def test_a_process_killed_between_reserve_and_settle_has_spent_it(tmp_path: Path) -> None:
    process = spender("hang", tmp_path, 100, 60)
    assert process.stdout is not None
    assert process.stdout.readline() == "reserved\n"
    process.kill()
    process.communicate(timeout=60)
    budget = Budget(tmp_path, "sample", 100, period="ever")
    assert budget.left() == 40
    with pytest.raises(BudgetSpent):
        budget.reserve(60)


@given(st.integers(0, 10**12))
def test_money_is_counted_in_whole_millionths_and_shown_whole(micro: int) -> None:
    shown = dollars(micro)
    assert micro_dollars(float(shown.replace("$", "").replace(",", ""))) == micro
    assert len(shown.partition(".")[2]) >= 2


def test_money_is_shown_as_people_write_it() -> None:
    assert [dollars(n) for n in (0, 5_000, 500_000, 1_500_000, 1_000_000_000)] == [
        "$0.00",
        "$0.005",
        "$0.50",
        "$1.50",
        "$1,000.00",
    ]
    assert micro_dollars(0.1 + 0.2) == 300_000
