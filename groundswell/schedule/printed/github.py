"""A workflow of GitHub Actions that runs all jobs and keeps the home in its cache."""

import json
import shlex
from collections.abc import Sequence

from groundswell.errors import WrongUse
from groundswell.schedule.child import command_of
from groundswell.schedule.printed.calendar import Line, line_of
from groundswell.schedule.printed.place import Place, what
from groundswell.store.jobs import Job
from groundswell.timetable import Every, every

LEAST = every("5m")
HOME = "groundswell-home"
HEAD = """\
# Install: save as .github/workflows/groundswell.yml on the default branch. Put your topics into
# {home}/topics of the repository, and keys of sources, if any, into its secrets.
# GitHub starts late at busy times, and in a public repository it stops every schedule after 60 days
# without activity there: a commit, or a click on “Enable workflow”, starts it again.
# Its cache forgets a home that was not used for 7 days; export what you want to keep.
"""


def files(jobs: Sequence[Job], place: Place) -> dict[str, str]:  # noqa: ARG001  # it runs elsewhere
    """``groundswell.yml``. Raises ``WrongUse`` when nothing is left that GitHub could run."""
    timed = [(job, _line(job)) for job in jobs if job.kind != "stream"]
    if not timed:
        raise WrongUse("GitHub Actions cannot follow a stream: it runs jobs that come at times.")
    text = HEAD.format(home=HOME)
    if any(job.kind == "stream" for job in jobs):
        text += "# The live stream is left out: it must run all the time, which GitHub does not.\n"
    return {"groundswell.yml": text + _workflow(timed)}


def _line(job: Job) -> Line:
    """GitHub starts nothing more often than every five minutes."""
    if isinstance(job.timing, Every) and job.timing.period < LEAST.period:
        return Line(text="*/5 * * * *", zone="UTC", note=f"{LEAST}: the least that GitHub knows")
    return line_of(job)


def _workflow(timed: Sequence[tuple[Job, Line]]) -> str:
    crons = dict.fromkeys((line.text, line.zone) for _, line in timed)
    return f"""\
name: Groundswell
on:
  workflow_dispatch:
  schedule:
{"".join(_entry(*cron) for cron in crons)}permissions:
  contents: read
concurrency:
  group: groundswell
  cancel-in-progress: false
jobs:
  collect:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    env:
      GROUNDSWELL_HOME: {HOME}
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-python@v6
        with:
          python-version: "3.13"
      - run: pip install groundswell
      - uses: actions/cache/restore@v5
        with:
          path: {HOME}
          key: groundswell-${{{{ github.run_id }}}}
          restore-keys: groundswell-
{"".join(_step(job, line) for job, line in timed)}      - uses: actions/cache/save@v5
        if: always()
        with:
          path: {HOME}
          key: groundswell-${{{{ github.run_id }}}}
"""


def _entry(cron: str, zone: str) -> str:
    timezone = f"      timezone: {json.dumps(zone)}\n" if zone != "UTC" else ""
    return f"    - cron: {json.dumps(cron)}\n{timezone}"


def _step(job: Job, line: Line) -> str:
    """Exit 3 is “done in part, what was collected is kept”: the others go on, and so does this."""
    run = shlex.join(["groundswell", *command_of(job)])
    comment = f"      # {line.note}\n" if line.note else ""
    return f"""\
{comment}      - name: {json.dumps(what(job), ensure_ascii=False)}
        if: ${{{{ !cancelled() && (github.event_name != 'schedule' || \
github.event.schedule == '{line.text}') }}}}
        run: {json.dumps(run + " || [ $? -eq 3 ]")}
"""
