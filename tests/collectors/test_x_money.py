"""X's money: reserved before the question, settled after it, never spent twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from groundswell.budget import Budget
from groundswell.coverage import merge
from groundswell.errors import (
    BudgetSpent,
    Closed,
    LoginRefused,
    NeedsCredentials,
    RateLimited,
    SourceError,
    Unreachable,
)
from groundswell.run import collect
from groundswell.settings import Settings
from groundswell.spool import Spool
from tests.collectors.asks import (
    NOW,
    coverage_of,
    pages_of,
    pages_until,
    posts_of,
)
from tests.collectors.clock import Clock
from tests.collectors.sites.x import TOKEN, XSite, refusal
from tests.collectors.web import Reply
from tests.collectors.x_desk import END, HOUR, SINCE, after, collector, spent, uris, wanted


@pytest.fixture
def site() -> Iterator[XSite]:
    made = XSite(NOW)
    with made.serving():
        yield made


@pytest.mark.parametrize("missing", [{"x_budget_usd": 0.0}, {"x_bearer_token": None}])
async def test_nothing_is_asked_without_a_budget_and_a_token(
    site: XSite, tmp_path: Path, missing: dict[str, Any]
) -> None:
    """T-X-1: the default budget is 0."""
    assert Settings.model_fields["x_budget_usd"].default == 0
    reads = collector(site, tmp_path, **missing)
    for asking in (pages_of(reads, wanted()), reads.check()):
        with pytest.raises(NeedsCredentials, match="Nothing was asked, nothing was spent"):
            await asking
    outcome = await collect(reads, wanted(), Spool(tmp_path), lambda _: [])
    assert (outcome.state, outcome.reason) == ("failed", "needs_key")
    assert site.web.calls == []


async def test_the_cost_of_the_next_page_is_reserved_before_it_is_asked(
    site: XSite, tmp_path: Path
) -> None:
    """T-X-1: 100 posts are $0.50; what the answer did not cost is given back."""
    site.publish(130, start=SINCE, step=60)
    during: list[int] = []
    site.before_answer = lambda _: during.append(spent(tmp_path))
    await pages_of(collector(site, tmp_path), wanted())
    assert during == [500_000, 1_000_000]
    assert spent(tmp_path) == 130 * 5_000 == site.read * 5_000


async def test_authors_cost_twice_as_much_and_are_asked_for_by_choice_only(
    site: XSite, tmp_path: Path
) -> None:
    """T-X-1"""
    site.publish(20, start=SINCE, step=60)
    reads = collector(site, tmp_path)
    assert {post.author for post in posts_of(reads, await pages_of(reads, wanted()))} == {None}
    before = spent(tmp_path)
    during: list[int] = []
    site.before_answer = lambda _: during.append(spent(tmp_path) - before)
    reads = collector(site, tmp_path, x_authors=True)
    named = posts_of(reads, await pages_of(reads, wanted()))
    assert {post.author for post in named} == {"sample-user-17"}
    assert during == [1_500_000]
    assert spent(tmp_path) - before == 20 * 5_000 + 10_000


async def test_the_end_of_the_budget_is_a_clean_stop_and_the_next_run_pays_for_nothing_twice(
    site: XSite, tmp_path: Path
) -> None:
    """T-X-2"""
    published = site.publish(500, start=SINCE, step=60)
    reads = collector(site, tmp_path, x_budget_usd=1.53)
    outcome_pages = await pages_until(BudgetSpent, reads, wanted())
    assert site.read == 300
    read, rest = reversed(merge((), coverage_of(outcome_pages)))
    assert (read.status, read.end) == ("complete", END)
    assert (rest.status, rest.start, rest.end) == ("budget", SINCE, read.start)
    assert "$1.50 of $1.53 set for X are spent" in (rest.reason or "")
    with pytest.raises(BudgetSpent):
        await pages_of(collector(site, tmp_path, x_budget_usd=1.53), after(wanted(), outcome_pages))
    assert site.read == 300
    later = await pages_of(collector(site, tmp_path), after(wanted(), outcome_pages))
    assert set(uris(reads, outcome_pages)) | set(uris(reads, later)) == set(published)
    assert site.read <= 501  # the post in the second that was cut is paid for again


async def test_a_smaller_page_is_asked_for_when_there_is_money_for_that(
    site: XSite, tmp_path: Path
) -> None:
    site.publish(500, start=SINCE, step=60)
    await pages_until(BudgetSpent, collector(site, tmp_path, x_budget_usd=0.62), wanted())
    assert [call.one("max_results") for call in site.web.calls] == ["100", "24"]
    assert spent(tmp_path) == 620_000


async def test_the_run_ends_in_part_with_a_budget_gap(site: XSite, tmp_path: Path) -> None:
    """T-X-2: exit code 3."""
    site.publish(200, start=SINCE, step=60)
    outcome = await collect(
        collector(site, tmp_path, x_budget_usd=0.01), wanted(), Spool(tmp_path), lambda _: []
    )
    assert (outcome.state, outcome.reason) == ("partial", "budget")
    assert {gap.window.status for gap in outcome.gaps} == {"budget"}
    assert site.web.calls == []


CRASH = """
import asyncio, sys
from pathlib import Path
from collectors.x.collector import X
from groundswell.settings import Settings
from tests.collectors.x_desk import recent

async def run():
    settings = Settings(home=Path(sys.argv[1]), x_url=sys.argv[2], x_bearer_token=sys.argv[3],
                        x_budget_usd=1.0, allow_private_addresses=True)
    async for page in X(settings).pages(recent()):
        pass

asyncio.run(run())
"""


def test_a_crash_between_call_and_commit_counts_as_spent(tmp_path: Path) -> None:
    """T-X-2: the process is killed by the site itself while its question is under way."""
    now = datetime.now(NOW.tzinfo)
    site, killed = XSite(now), list[int]()
    with site.serving():
        command = [sys.executable, "-c", CRASH]
        process = subprocess.Popen([*command, str(tmp_path), site.web.url, TOKEN])

        def kill(_: object) -> None:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            killed.append(process.returncode)

        site.before_answer = kill
        process.wait(timeout=60)
    assert killed == [-signal.SIGKILL]
    assert spent(tmp_path) == 500_000
    assert Budget(tmp_path, "x:money", 1_000_000, period="ever").left() == 500_000


async def test_a_refusal_costs_nothing_and_a_lost_answer_may_have_cost_all(
    site: XSite, tmp_path: Path
) -> None:
    site.publish(5, start=SINCE)
    refusals: list[tuple[Reply, type[SourceError]]] = [
        (refusal(400, "Invalid Request", "no such operator"), Closed),
        (refusal(401, "Unauthorized", "no"), LoginRefused),
        (refusal(402, "CreditsDepleted", "no credits"), BudgetSpent),
        (refusal(403, "Forbidden", "no"), Closed),
        (
            Reply(status=429, headers={"x-rate-limit-reset": "9", "retry-after": "3600"}),
            RateLimited,
        ),
    ]
    for fault, kind in refusals:
        site.faults = [fault]
        clock = Clock(NOW + len(site.web.calls) * 2 * HOUR)
        with pytest.raises(kind):
            await pages_of(collector(site, tmp_path, clock), wanted())
        assert spent(tmp_path) == 0
    site.faults = [Reply(status=500)] * 6
    with pytest.raises(Unreachable):
        await pages_of(collector(site, tmp_path, Clock(NOW + 24 * HOUR)), wanted())
    assert spent(tmp_path) == 500_000


async def test_a_question_read_to_its_end_is_not_paid_for_again_when_another_was_not(
    site: XSite, tmp_path: Path
) -> None:
    words = "word " * 60
    site.publish(60, start=SINCE, step=60, text=f"{words}0 {{n}}")
    site.publish(60, start=SINCE, step=60, text=f"{words}1 {{n}}")
    first = wanted(f'"{words}0" OR "{words}1"')
    reads = collector(site, tmp_path, x_budget_usd=0.52)
    pages = await pages_until(BudgetSpent, reads, first)
    assert [w.status for w in merge((), coverage_of(pages))] == ["budget", "complete"]
    before = len(site.web.calls)
    later = await pages_of(collector(site, tmp_path), after(first, pages))
    assert len({*uris(reads, pages), *uris(reads, later)}) == 120
    assert site.read <= 121
    asked = [call.one("query") for call in site.web.calls]
    assert set(asked[before:]) != set(asked[:before])
    assert [w.status for w in merge((), coverage_of(later))] == ["complete"]


async def test_check_costs_nothing(site: XSite, tmp_path: Path) -> None:
    reads = collector(site, tmp_path, x_budget_usd=2.5)
    assert await reads.check() == "the token works; $2.50 of $2.50 left"
    site.token = "another"
    with pytest.raises(LoginRefused, match="GROUNDSWELL_X_BEARER_TOKEN"):
        await reads.check()
    assert spent(tmp_path) == 0
