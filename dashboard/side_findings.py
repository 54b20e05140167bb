"""What stance data says in sentences, and how the headline share moves when counted otherwise."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import pandas as pd

from dashboard.sides import Sides, Stand
from dashboard.words import LOW_N, many, number, safe_text, share
from groundswell.estimate import words as estimate_words
from groundswell.model_card import UnseenError, unseen_error

# In order: what else could be counted, its name, and what it is.
_WAYS = {
    "copies_once": ("Copies once", "{posts} when texts that say nearly the same count once"),
    "one_vote_each": (
        "One account, one vote",
        "{votes}, each the mean of an account's posts; one a post whose author is not known",
    ),
    "bridges_joined": (
        "Cross-posts joined",
        "{posts} when what one person posts on two networks counts once",
    ),
    "without_repeaters": (
        "Without repeaters",
        "{posts} without accounts that posted one text three times or more",
    ),
}
LINKS = {
    "against": "against",
    "favor": "in favor",
    "none": "take no side",
    "not_scored": "not scored",
}
METHOD_OF_CROWDS = (
    "Share against as the model says, uncorrected, and its distance from the share of all posts in "
    "percentage points. Who posts under different names on two networks, or words a text anew, is "
    "not recognised."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One other way to count: its share against, in words, and how far that is from the share of
    all posts in points (None where there is nothing to compare)."""

    label: str
    value: str
    delta: str | None
    note: str


def shifts(table: pd.DataFrame) -> list[Shift]:
    """The ways of ``questions.crowds`` with at least 30 posts; none without a share of all."""
    rows = {row["variant"]: row for row in table.to_dict("records")}
    whole = rows.get("all")
    if whole is None or whole["posts"] < LOW_N:
        return []
    return [
        _shift(rows[name], whole["against"] / whole["posts"], *said)
        for name, said in _WAYS.items()
        if name in rows and rows[name]["posts"] >= LOW_N
    ]


def _shift(row: Mapping[Hashable, float], all_share: float, label: str, note: str) -> Shift:
    part = row["against"] / row["posts"]
    points = round(100 * part) - round(100 * all_share)
    count = round(row["posts"])
    return Shift(
        label=label,
        value=share(round(1_000 * part), 1_000),
        delta=f"{points:+d} points".replace("-", "−") if points else "no change",
        note=note.format(posts=many(count, "post"), votes=many(count, "vote")),
    )


def stands(stand: Stand) -> str:
    """The share against with its interval and all that stands behind it, safe as Markdown."""
    return safe_text(estimate_words.of_total(stand.total, stand.whole, f"against {stand.target}"))


def measured_error(readers: pd.DataFrame) -> UnseenError | None:
    """What the card of the model says of shares against, where all stances are of the one it
    speaks of. ``readers`` is the answer of ``scored_by``; VADER knows no stance."""
    versions = readers.loc[readers["model"] != "vader", "version"].unique()
    return unseen_error(str(versions[0])) if len(versions) == 1 else None


def error_of_model(readers: pd.DataFrame) -> str:
    """How far off uncorrected shares are; see ``measured_error``."""
    error = measured_error(readers)
    if error is None:
        return "How far off that is in the mean was not measured for the model in use."
    return (
        f"By the model's card, such a share is off by {100 * error.against:.0f} points in the "
        f"mean, measured on {error.targets} targets that it had not learnt."
    )


def method(sides: Sides) -> str:
    """How the chart of stance was computed."""
    silent, spoken = sides.stand.counts["not_scored"], sides.stand.whole.posts
    return (
        f"Posts per {sides.grid.bucket} (UTC) that speak of {sides.target}: by name, in what they "
        "quote or link to, or by replying to a post that does. A post that only reports takes no "
        f"side. {number(silent)} of {number(spoken)} are not scored (not English, or "
        f"the model is unsure) and count in the whole of a share. Buckets of fewer than {LOW_N} "
        "posts are hollow."
    )
