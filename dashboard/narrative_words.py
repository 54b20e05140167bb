"""What the page of narratives says: sentences with their n, and bars made of letters."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard.charts.grid import Grid
from dashboard.words import LOW_N, many, moment, number, period, share
from groundswell.scoring.narratives.clusters import LEAST_AUTHORS, LEAST_TEXTS
from groundswell.scoring.narratives.names import title
from groundswell.store.narratives import Narrating

BARS = " ▁▂▃▄▅▆▇█"
MOST_BARS = 28  # a phone shows so many in a line
METHOD = (
    "Posts of one side that make the same argument, as far as a program can tell: those that say "
    "nearly the same count once, the others are joined when they are alike in the mean, by the "
    "model's reading and by the words they share. A narrative has at least "
    f"{LEAST_TEXTS} different texts by {LEAST_AUTHORS} accounts; the other posts are in none. Its "
    "name is the words that set it apart from the other side and from the rest of its own "
    "(weighted log-odds, z of 1.96 or more, at least five accounts); in quotation marks: the "
    "beginning of its most typical post. What answers it is the narrative of the other "
    "side that is nearest in meaning, times the logarithm of its posts. A narrative keeps its "
    "identity and name while most of its posts stay together."
)

Row = dict[str, Any]


def names(table: pd.DataFrame) -> dict[str, str]:
    """What to call each narrative, by id. Strangers' words: hostile."""
    return {
        row["narrative"]: title(list(row["terms"]), row["typical"])
        for row in table.to_dict("records")
    }


def size(row: Row) -> str:
    """``120 posts by 80 accounts, 12% of 1,034 posts of this side``."""
    said = f"{many(int(row['posts']), 'post')} by {many(int(row['authors']), 'account')}"
    whole = int(row["side_posts"])
    if whole < LOW_N:
        return f"{said}, of {many(whole, 'post')} of this side: too few for a share"
    return f"{said}, {share(int(row['posts']), whole)} of {many(whole, 'post')} of this side"


def rest(ours: pd.DataFrame) -> str:
    """How many posts of a side are in no narrative; empty without narratives."""
    if ours.empty:
        return ""
    whole = int(ours["side_posts"].iloc[0])
    return f"{number(whole - int(ours['posts'].sum()))} of {many(whole, 'post')} are in none."


def growth(row: Row) -> str:
    """``First seen 29 Jan 2025, 08:00 UTC; 4 posts in the last day, 12 in the day before``."""
    span = "day" if int(row["period_h"]) == 24 else "week"
    return (
        f"First seen {moment(row['first_at'])}; {many(int(row['recent']), 'post')} in the last "
        f"{span}, {number(int(row['before']))} in the {span} before"
    )


def history(row: Row, titles: dict[str, str]) -> str:
    """Where it came from at the last reading; empty when it is as it was."""
    told = [titles[one] for one in row["merged"] if one in titles]
    said = []
    if len(row["merged"]):
        names_of = f": {', '.join(told)}" if told else ""
        said.append(f"{many(len(row['merged']), 'earlier narrative')} went into it{names_of}")
    if isinstance(row["split_from"], str):
        origin = titles.get(row["split_from"])
        said.append(f"it came out of {origin}" if origin else "it came out of one that ended")
    return "; ".join(said)


def reading(told: Narrating, stated: int) -> str:
    """What was read for it, when, and by what."""
    said = f"Read {moment(told.read_at)}, from {many(told.posts, 'post')} that take a side"
    if told.stated > told.posts:
        said += f", the newest of {number(told.stated)}"
    if told.version == "words":
        said += "; by words alone, since the model cannot run here"
    if stated > told.stated:
        said += f"; {many(stated - told.stated, 'post')} came since"
    return f"{said}."


def line(series: pd.DataFrame, grid: Grid) -> str:
    """The posts of one narrative over the time of ``grid``, as bars of letters: nothing is blank,
    the highest bar is the fullest bucket. ``series`` has ``bucket_start`` and ``posts``."""
    return bars(_counts(series["bucket_start"], series["posts"], grid))


def key_to_bars(grid: Grid) -> str:
    """What one bar of ``line`` stands for."""
    buckets = len(grid.starts())
    per = -(-buckets // MOST_BARS)
    one = grid.bucket if per == 1 else many(per, grid.bucket)
    return f"Bars: posts from {period(grid.start, grid.end - grid.step)}, one for each {one}."


def bars(counts: Sequence[int]) -> str:
    """One letter for each of at most ``MOST_BARS`` equal stretches of ``counts``."""
    if not len(counts) or max(counts) == 0:
        return ""
    per = -(-len(counts) // MOST_BARS)
    sums = [sum(counts[start : start + per]) for start in range(0, len(counts), per)]
    most = max(sums)
    return "".join(BARS[-(-one * (len(BARS) - 1) // most)] for one in sums)


def _counts(starts: "pd.Series[Any]", posts: "pd.Series[Any]", grid: Grid) -> list[int]:
    counted = {pd.Timestamp(start): int(n) for start, n in zip(starts, posts, strict=True)}
    return [counted.get(at, 0) for at in grid.starts()]
