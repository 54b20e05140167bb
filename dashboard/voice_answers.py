"""What the page of voices and quotes asks of the database, kept as in ``answers``."""

import pandas as pd

from dashboard.answers import kept
from dashboard.reads import reading
from groundswell.store import quotes as asked
from groundswell.store import voices as spoken
from groundswell.store.filters import Filters
from groundswell.store.quotes import Side
from groundswell.store.voices import Account, Repeaters, Voices


@kept
def quotable(
    filters: Filters,
    target: str,
    side: Side,
    limit: int,
    version: int,  # noqa: ARG001  # key
) -> tuple[int, ...]:
    """Numbers of the posts worth quoting, the worthiest first; see ``store.quotes.quotable``."""
    with reading() as cursor:
        return tuple(asked.quotable(cursor, filters, target, side, limit))


@kept
def quotes(
    filters: Filters,
    target: str,
    post_nos: tuple[int, ...],
    version: int,  # noqa: ARG001  # key
) -> pd.DataFrame:
    """Those posts with all that whoever quotes them must know; see ``store.quotes.quotes``."""
    with reading() as cursor:
        return asked.quotes(cursor, filters, target, post_nos)


@kept
def voices(filters: Filters, target: str | None, limit: int, version: int) -> Voices:  # noqa: ARG001  # key
    """The loudest accounts and how unevenly posts are spread; see ``store.voices.voices``."""
    with reading() as cursor:
        return spoken.voices(cursor, filters, target, limit)


@kept
def repeaters(filters: Filters, limit: int, version: int) -> Repeaters:  # noqa: ARG001  # key
    """Accounts that post one text many times; see ``store.voices.repeaters``."""
    with reading() as cursor:
        return spoken.repeaters(cursor, filters, limit)


@kept
def account(author: str, version: int) -> Account | None:  # noqa: ARG001  # key
    """What the account of the id ``author`` is called; see ``store.voices.account``."""
    with reading() as cursor:
        return spoken.account(cursor, author)
