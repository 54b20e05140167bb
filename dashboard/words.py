"""Every sentence and every number the reader sees: wording, rounding and times in one place."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from groundswell.errors import (
    GroundswellError,
    QueryTimeout,
    ShuttingDown,
    StoreError,
    TopicError,
)

LOW_N = 30  # below this many scored posts a share says more about chance than about people
LOW_MEAN_N = 10  # below this a bucket's mean is drawn hollow and grey
LOW_PEAK_N = 5  # below this the bucket with most posts is no peak
NOTHING = "–"
SPEAKS_OF = (
    "A post speaks of a target that it names, quotes or links to, or that the post it answers "
    "names. Wider filters may find some; other names of the target stand in the topic's file."
)
SYNTHETIC = (
    "Synthetic sample: a program made up every post and account shown here. "
    "Nothing of it was said by anybody, and nothing of it may be printed as a finding."
)

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")  # all of ASCII: Markdown takes an escape for each
_JOINER = "\N{WORD JOINER}"
_SOURCES = {
    "bluesky": "Bluesky",
    "discourse": "Discourse",
    "hackernews": "Hacker News",
    "import": "imported files",
    "jetstream": "Bluesky's live stream",
    "lemmy": "Lemmy",
    "mastodon": "Mastodon",
    "reddit": "Reddit",
    "rss": "news feeds",
    "stackexchange": "Stack Exchange",
    "x": "X",
    "youtube": "YouTube",
}


def safe_text(text: str) -> str:
    """``text`` as it is, for the few places where Streamlit reads Markdown (titles).

    Escapes alone are not enough: bare addresses still become links and ``:red[`` a colour, so an
    invisible joiner parts what a reader of Markdown would recognise.
    """
    flat = " ".join(text.split())
    parted = re.sub(r"([:@])(?=[\w/])", rf"\1{_JOINER}", flat)
    parted = re.sub(r"(?i)\b(www)\.", rf"\1{_JOINER}.", parted)
    return _PUNCTUATION.sub(r"\\\1", parted)


def plain_text(markdown: str) -> str:
    """One of our own sentences as a reader sees it, without what ``safe_text`` put in."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace(_JOINER, "")


def plot_text(text: str, limit: int = 32) -> str:
    """``text`` for a name, tick or hover of a figure: Plotly reads ``<b>``, ``<a>``, ``&lt;``."""
    flat = " ".join(re.sub(r"[<>&]", " ", text).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def capital(text: str) -> str:
    """``text`` with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def number(value: int) -> str:
    """``12,345``."""
    return f"{value:,}"


def many(value: int, thing: str) -> str:
    """``1 post``, ``12,345 posts``."""
    return f"{number(value)} {thing}" if value == 1 else f"{number(value)} {thing}s"


def share(part: int, whole: int) -> str:
    """Whole per cent of ``whole``; never 0% for something nor 100% for not all."""
    if whole == 0:
        return NOTHING
    percent = round(100 * part / whole)
    if part and percent == 0:
        return "under 1%"
    if part < whole and percent == 100:
        return "over 99%"
    return f"{percent}%"


def signed(value: float | None) -> str:
    """``+0.31`` with a real minus sign, zero without any; a dash for None."""
    if value is None:
        return NOTHING
    return f"{value:+.2f}".replace("-", "−") if round(value, 2) else "0.00"


def moment(at: datetime | None) -> str:
    """``29 Jan 2025, 14:05 UTC``; "never" for None."""
    if at is None:
        return "never"
    utc = at.astimezone(UTC)
    return f"{utc.day} {utc:%b %Y, %H:%M} UTC"


def day(at: datetime) -> str:
    """``29 Jan 2025``, the day in UTC."""
    utc = at.astimezone(UTC)
    return f"{utc.day} {utc:%b %Y}"


def period(first: datetime, last: datetime) -> str:
    """``20 Jan 2025 to 3 Feb 2025 (UTC)``, or one day."""
    if day(first) == day(last):
        return f"{day(first)} (UTC)"
    return f"{day(first)} to {day(last)} (UTC)"


def age(span: timedelta) -> str:
    """How long ago, in the largest whole unit: ``8 min ago``, ``3 h ago``, ``12 days ago``."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 48 * 60:
        return f"{minutes // 60} h ago"
    return f"{minutes // (24 * 60)} days ago"


def span_of_time(span: timedelta) -> str:
    """How long, in the largest unit that says it in two digits or more: ``45 min``, ``18 h``,
    ``12 days``."""
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes < 120:
        return f"{minutes} min"
    if minutes < 72 * 60:
        return f"{round(minutes / 60)} h"
    return many(round(minutes / (24 * 60)), "day")


def source_name(source: str) -> str:
    """The name people know a source by; its own key for one we have no other name for."""
    return _SOURCES.get(source, source)


def withheld_words(reason: str) -> str:
    """Why a post is shown without text and author. ``reason`` may come from a site."""
    if reason == "expired":
        return "Text and author were kept for as long as the source allows, and are gone now."
    return f"Text and author are withheld: {reason}."


def listed(names: Sequence[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def trouble(error: GroundswellError) -> str:
    """One sentence for the page: what happened and what to do. Never a stack trace."""
    if isinstance(error, ShuttingDown):
        return "Groundswell is shutting down; reload this page once it runs again."
    if isinstance(error, QueryTimeout):
        return (
            "This question took too long and was stopped; narrow the period or the filters, "
            "then try again."
        )
    if isinstance(error, TopicError):
        return f"A topic file cannot be used: {' '.join(str(error).split())}"
    if isinstance(error, StoreError):
        return f"The database did not answer: {error}"
    return str(error)
