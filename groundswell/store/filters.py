"""Which posts a question is about: the one filter of the dashboard, the CLI and the exports."""

from dataclasses import dataclass
from datetime import datetime

from groundswell.errors import WrongUse

SENTIMENTS = ("negative", "neutral", "positive", "not_scored")
STANCES = ("against", "none", "favor", "not_scored")
ORIGINALS = (
    "Of posts that say nearly the same only the first, and no reposts (“RT @…”). What was said "
    "before is looked for in the whole topic, whatever else is filtered; of equally early posts "
    "the one stored first counts. A post is original as long as its text was not compared, and "
    "once it is withheld."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """A selection of one topic's posts. Empty tuples and None mean: all of them.

    ``since`` is inclusive, ``until`` exclusive, both aware UTC and meant for ``posted_at``.
    ``langs`` are detected languages. ``keyword``: words that must all occur; a trailing ``*`` is
    a prefix, ``"quoted words"`` are a phrase. ``sentiments`` are of ``SENTIMENTS``. ``target``:
    posts that speak of it; with it ``stances``, of ``STANCES``: those that stand so towards it.
    ``narrative``: posts that make the argument of that id, which belongs to one target; of one that
    has ended, or never was, there are none. ``author``: posts of the account of that id,
    ``source:id`` (its name where a source gives no ids); of one that is not to be named, or not
    known, there are none. ``originals``: what ``ORIGINALS`` says.

    Raises ``WrongUse`` for stances without a target and for words that are none.
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
    originals: bool = False

    def __post_init__(self) -> None:
        if self.stances and self.target is None:
            raise WrongUse("A stance is a stance towards somebody: name the target too.")
        unknown = [stance for stance in self.stances if stance not in STANCES]
        if unknown:
            raise WrongUse(f"“{unknown[0][:50]}” is no stance. There are {', '.join(STANCES)}.")
