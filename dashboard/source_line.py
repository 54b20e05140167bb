"""The small print of a picture of a chart: where it is from, so that it can leave the page."""

from collections.abc import Iterator
from datetime import datetime

from dashboard import answers, filters_said, words
from dashboard.charts.grid import Grid, bands
from dashboard.state import Look

LONGEST = 160  # characters of what a stranger wrote
LONGEST_LINE = 1_000
SYNTHETIC = "SYNTHETIC SAMPLE: made up by a program. Nothing of it may be printed as a finding."


def source_lines(
    look: Look,
    counted: str,
    first: datetime | None,
    last: datetime | None,
    over_time: Grid | None = None,
) -> list[str]:
    """What is shown, ``counted`` (the n, in words), the time from ``first`` to ``last`` (UTC),
    how fresh, which filters, by whom, and what the marks in a chart ``over_time`` mean; each line
    inert in a figure."""
    said = [*_lines(look, counted, first, last)]
    if over_time is not None:
        said[1:1] = _marks(look, over_time)
    return [words.plot_text(line, LONGEST_LINE) for line in said]


def _lines(
    look: Look, counted: str, first: datetime | None, last: datetime | None
) -> Iterator[str]:
    parts = [words.plot_text(look.topic.title, LONGEST), counted]
    if first is not None and last is not None:
        parts.append(words.period(first, last))
    yield " · ".join(parts)
    chosen = [words.plot_text(one, LONGEST) for one in filters_said.said(look)]
    yield f"Only posts {', '.join(chosen)}" if chosen else "All posts of the topic"
    yield f"{_fresh(look)} · times in UTC · Groundswell"
    if look.topic.synthetic:
        yield SYNTHETIC


def _marks(look: Look, grid: Grid) -> Iterator[str]:
    events = [
        f"{place} {words.plot_text(event.title, LONGEST)}, {words.day(event.at)}"
        for place, event in enumerate(look.topic.events, start=1)
        if grid.start <= event.at < grid.end
    ]
    if events:
        yield f"Events: {'; '.join(events)}"
    if bands(answers.unread(look.filters, grid, look.version), grid):
        yield "Grey: a source was not read completely"


def _fresh(look: Look) -> str:
    slug, version = look.topic.slug, look.version
    read = answers.read_until(slug, version)
    if read is None:
        return "No source has been read completely yet"
    return f"Data through {words.moment(read)}"
