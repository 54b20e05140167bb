"""Rows of the store's questions made into bins and gold posts, and into shares for files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from groundswell.estimate import refusal
from groundswell.estimate.correction import Estimate, bands
from groundswell.estimate.counts import Bin, Gold
from groundswell.estimate.difference import Side
from groundswell.estimate.window import Total, total

Row = Mapping[str, Any]
AGAINST = "against"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Of one bin from ``start`` (aware UTC): ``share`` with the stance, None without posts; ``low``
    and ``high`` of its 95 % band, None where there is none."""

    start: datetime
    share: float | None
    low: float | None
    high: float | None


def bin_of(row: Row, label: str = AGAINST) -> Bin:
    """A row of ``stance_series`` or ``stance_totals``: how often ``label`` was given. Where it was
    not asked what stands beside, nothing does."""
    return Bin(
        start=row["bucket_start"],
        posts=_count(row["posts"]),
        hits=_count(row[label]),
        authors=_count(row["authors"]),
        hits_sq=_count(row[f"{label}_sq"]),
        hits_posts=_count(row[f"{label}_posts"]),
        posts_sq=_count(row["posts_sq"]),
        beside_posts=_count(row.get("beside_posts")),
        beside_hits=_count(row.get(f"beside_{label}")),
    )


def gold_of(rows: Iterable[Row], label: str = AGAINST, query: str | None = None) -> list[Gold]:
    """Rows of ``gold``; with ``query`` those that were drawn for it. A post that the model did not
    score counts as not having ``label``."""
    return [
        Gold(
            at=row["posted_at"],
            author=None if _empty(row["author_no"]) else row["author_no"],
            truth=row["truth"] == label,
            predicted=not _empty(row["predicted"]) and row["predicted"] == label,
            weight=float(row["weight"]),
            beside=bool(row.get("beside", False)),
        )
        for row in rows
        if query is None or row["query"] == query
    ]


def unfit(rows: Sequence[Row], query: str | None = None) -> str | None:
    """Why these rows of ``gold`` say nothing of the bins: several versions of the model have read
    them, or too few were drawn for ``query``. None if they do."""
    readers = {(row["model_now"], row["version_now"]) for row in rows}
    others = sum(query is not None and row["query"] != query for row in rows)
    return refusal.read_by_many(len(readers)) or refusal.drawn_for_another(
        len(rows) - others, others
    )


def estimate(
    series: Iterable[Row],
    gold: Sequence[Row],
    *,
    target: str,
    label: str = AGAINST,
    query: str | None = None,
) -> Estimate:
    """Bands of ``label`` towards ``target`` over the rows of ``stance_series``, in their order.
    ``query``: as ``gold`` names that of the topic; None takes labels drawn for any."""
    return bands(
        [bin_of(row, label) for row in series],
        gold_of(gold, label, query),
        stance=stance(label, target),
        unfit=unfit(gold, query),
    )


def whole(
    totals: Row,
    start: datetime,
    gold: Sequence[Row],
    *,
    target: str,
    label: str = AGAINST,
    query: str | None = None,
) -> Total:
    """The share of ``label`` towards ``target`` in the one row of ``stance_totals``, of a window
    that begins at ``start`` (aware UTC)."""
    return total(
        bin_of({**totals, "bucket_start": start}, label),
        gold_of(gold, label, query),
        stance=stance(label, target),
        unfit=unfit(gold, query),
    )


def side(
    totals: Row,
    start: datetime,
    gold: Sequence[Row],
    *,
    label: str = AGAINST,
    query: str | None = None,
) -> Side:
    """One group to be compared: its row of ``stance_totals`` and the labels of its posts."""
    return Side(
        whole=bin_of({**totals, "bucket_start": start}, label),
        gold=gold_of(gold, label, query),
        unfit=unfit(gold, query),
    )


def shares(
    series: Iterable[Row], gold: Sequence[Row], *, target: str, query: str | None = None
) -> list[Share]:
    """``against_share``, ``against_low`` and ``against_high`` for a file of series, a row each."""
    return [
        Share(start=band.start, share=band.share, low=band.low, high=band.high)
        for band in estimate(series, gold, target=target, query=query).bands
    ]


def stance(label: str, target: str) -> str:
    """How a stance is said: "against OpenAI", "in favor of OpenAI", "neutral on OpenAI"."""
    said = {"against": f"against {target}", "favor": f"in favor of {target}"}
    return said.get(label, f"neutral on {target}")


def _empty(value: object) -> bool:
    """Whether a cell is empty: None, or what is not equal to itself (NaN, NaT, NA)."""
    return value is None or (value == value) is not True


def _count(value: Any) -> int:
    return 0 if _empty(value) else int(value)
