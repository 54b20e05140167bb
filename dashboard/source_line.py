"""The small print of a picture of a chart: where it is from, so that it can leave the page."""

from collections.abc import Iterator
from datetime import datetime

from dashboard import answers, health, state, words
from dashboard.state import Look

LONGEST = 160  # characters of what strangers wrote
SYNTHETIC = "SYNTHETIC SAMPLE: made up by a program. Nothing of it may be printed as a finding."


def source_lines(
    look: Look, counted: str, first: datetime | None, last: datetime | None
) -> list[str]:
    """What is shown, ``counted`` (the n, in words), the time from ``first`` to ``last`` (UTC),
    how fresh, which filters, by whom; each line inert in a figure."""
    said = [*_lines(look, counted, first, last)]
    return [words.plot_text(line, 4 * LONGEST) for line in said]


def _lines(
    look: Look, counted: str, first: datetime | None, last: datetime | None
) -> Iterator[str]:
    parts = [words.plot_text(look.topic.title, LONGEST), counted]
    if first is not None and last is not None:
        parts.append(words.period(first, last))
    yield " · ".join(parts)
    chosen = [words.plot_text(one, LONGEST) for one in state.chosen(look.filters)]
    yield f"Only posts {', '.join(chosen)}" if chosen else "All posts of the topic"
    yield f"{_fresh(look)} · times in UTC · Groundswell"
    if look.topic.synthetic:
        yield SYNTHETIC


def _fresh(look: Look) -> str:
    slug, version = look.topic.slug, look.version
    read = health.read_until(answers.sources(slug, version), answers.coverage(slug, version))
    if read is None:
        return "No source has been read completely yet"
    return f"Data through {words.moment(read)}"
