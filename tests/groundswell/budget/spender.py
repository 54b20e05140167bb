"""A process of its own that spends from a budget, for tests of many at once and of sudden ends."""

import sys
import time
from pathlib import Path

from groundswell.budget import Budget
from groundswell.errors import BudgetSpent


def spend(home: Path, limit: int, amount: int) -> int:
    """Waits to be told, then reserves until nothing is left and gives half back each time; how
    often it went well."""
    sys.stdin.readline()
    budget, times = Budget(home, "sample", limit, period="ever"), 0
    while True:
        try:
            reserved = budget.reserve(amount)
        except BudgetSpent:
            return times
        times += 1
        budget.settle(reserved, amount // 2)


def reserve_and_hang(home: Path, limit: int, amount: int) -> None:
    """Reserves once, says so, and never settles."""
    Budget(home, "sample", limit, period="ever").reserve(amount)
    sys.stdout.write("reserved\n")
    sys.stdout.flush()
    time.sleep(60)


if __name__ == "__main__":
    job, folder, most, each = sys.argv[1:]
    if job == "spend":
        sys.stdout.write(f"{spend(Path(folder), int(most), int(each))}\n")
    else:
        reserve_and_hang(Path(folder), int(most), int(each))
