"""Which posts a question is about: the one filter of the dashboard, the CLI and the exports."""

from dataclasses import dataclass
from datetime import datetime

SENTIMENTS = ("negative", "neutral", "positive", "not_scored")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """A selection of one topic's posts. Empty tuples and None mean: all of them.

    ``since`` is inclusive, ``until`` exclusive, both aware UTC and meant for ``posted_at``.
    ``langs`` are detected languages. ``keyword``: words that must all occur; a trailing ``*`` is
    a prefix, ``"quoted words"`` are a phrase. ``sentiments`` are of ``SENTIMENTS``.
    """

    topic: str
    since: datetime | None = None
    until: datetime | None = None
    sources: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    keyword: str | None = None
    sentiments: tuple[str, ...] = ()
