"""What two simulated days of faults, kills and clock changes lose.

They lie around the changes of clocks, with all sources that have a network at once and 5 % faults:
what is lost, doubled or unexplained at their end, and whether memory stays flat.

The days and the fake sites are those of the tests, which live shortened ones: what a site does
must not be written twice.
"""

import asyncio
import gc
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psutil

from bench._promise import Promise, is_quick, report
from tests.conformance.soak.books import Verdict
from tests.conformance.soak.day import live
from tests.conformance.soak.faults import KINDS
from tests.conformance.soak.places import STREAM_KINDS
from tests.conformance.soak.plan import AUTUMN, SPRING, Plan, around, short

SEEDS = (20_250_330, 20_251_026)
MEGABYTE = 1024**2


def main(argv: Sequence[str] | None = None) -> int:
    """Prints what the days come to; 1 when a promise does not hold."""
    made = short if is_quick(argv, __doc__ or "") else around
    plans = [made(SPRING, SEEDS[0]), made(AUTUMN, SEEDS[1])]
    memory: list[float] = []
    verdicts = [lived(plan, memory) for plan in plans]
    for verdict in verdicts:
        for fault in verdict.faults():
            print(fault, file=sys.stderr)
    return report(promises(plans, verdicts, memory))


def lived(plan: Plan, memory: list[float]) -> Verdict:
    """A day, and in ``memory`` what this process held at each of its hours, in MB."""
    own = psutil.Process()

    def weigh() -> None:
        gc.collect()
        memory.append(own.memory_info().rss / MEGABYTE)

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(live(plan, Path(folder), weigh))


def promises(
    plans: Sequence[Plan], verdicts: Sequence[Verdict], memory: Sequence[float]
) -> list[Promise]:
    """One for each thing that must not be, and one for memory."""
    told = summary(plans, verdicts)
    none = {
        "soak_posts_lost": sum(len(v.lost) for v in verdicts),
        "soak_rows_doubled": sum(len(v.doubled) for v in verdicts),
        "soak_gaps_unexplained": sum(len(v.unexplained) for v in verdicts),
        "soak_posts_behind_a_cursor_and_not_stored": sum(len(v.ahead) for v in verdicts),
    }
    quarter = max(1, len(memory) // 4)
    late, early = memory[-quarter:], memory[quarter : 2 * quarter] or memory
    return [
        *(
            Promise(name=name, unit="", goal=0, value=value, at_most=True, reason=told)
            for name, value in none.items()
        ),
        Promise(
            name="soak_memory_last_quarter_by_second", unit="MB", goal=1.15, at_most=True,
            value=statistics.median(late), baseline=statistics.median(early), by_ratio=True,
        ),
    ]  # fmt: skip


def summary(plans: Sequence[Plan], verdicts: Sequence[Verdict]) -> str:
    """What the days held, seeds first."""
    hours = sum(plan.lasts.total_seconds() for plan in plans) / 3600
    total = {
        name: sum(v.counts[name] for v in verdicts)
        for name in ("runs", "killed", "replayed", *KINDS, *STREAM_KINDS)
    }
    seeds = ", ".join(str(plan.seed) for plan in plans)
    return (
        f"seeds {seeds}: {hours:g} h, {len(plans[0].sources)} sources, "
        f"{sum(v.published for v in verdicts):,} posts, {total['runs']} runs, "
        f"{sum(total[kind] for kind in (*KINDS, *STREAM_KINDS))} faults, {total['killed']} killed, "
        f"{total['replayed']} batches replayed, {sum(v.in_gaps.total() for v in verdicts)} posts "
        "in recorded gaps"
    )


if __name__ == "__main__":
    sys.exit(main())
