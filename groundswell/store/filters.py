"""Which posts a question is about: the one filter of the dashboard, the CLI and the exports."""

from dataclasses import dataclass
from datetime import datetime

from groundswell.errors import WrongUse

SENTIMENTS = ("negative", "neutral", "positive", "not_scored")
STANCES = ("against", "none", "favor", "not_scored")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """A selection of one topic's posts. Empty tuples and None mean: all of them.

    ``since`` is inclusive, ``until`` exclusive, both aware UTC and meant for ``posted_at``.
    ``langs`` are detected languages. ``keyword``: words that must all occur; a trailing ``*`` is
    a prefix, ``"quoted words"`` are a phrase. ``sentiments`` are of ``SENTIMENTS``. ``target``:
    posts that speak of it; with it ``stances``, of ``STANCES``: those that stand so towards it,
    and ``narrative``, an id: those that make one argument about it. ``author``: posts of the
    account of that id, ``source:id`` (its name where a source gives no ids); of one that is not to
    be named, or not known, there are none.

    Raises ``WrongUse`` for stances or a narrative without a target and for words that are none.
    """

    topic: str
    since: datetime | None = None
    until: datetime | None = None
    sources: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    keyword: str | None = None
    sentiments: tuple[str, ...] = ()
    target: str | None = None
    stances: tuple[str, ...] = ()
    narrative: str | None = None
    author: str | None = None

    def __post_init__(self) -> None:
        if self.stances and self.target is None:
            raise WrongUse("A stance is a stance towards somebody: name the target too.")
        if self.narrative and self.target is None:
            raise WrongUse("A narrative is about somebody: name the target too.")
        unknown = [stance for stance in self.stances if stance not in STANCES]
        if unknown:
            raise WrongUse(f"“{unknown[0][:50]}” is no stance. There are {', '.join(STANCES)}.")
