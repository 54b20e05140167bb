"""Whether bands hold on the synthetic sample, whose true stance is known.

200 posts are drawn and labelled with the truth, again and again, and the bands of the overview are
held against all of the truth."""

import csv
import gzip
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from bench._promise import Promise, is_quick, report
from groundswell.commands.sample import SLUG, load_sample
from groundswell.estimate.rows import estimate
from groundswell.labels.sampling import draw
from groundswell.resources import bundled
from groundswell.settings import Settings
from groundswell.store import draws, questions
from groundswell.store.filters import Filters
from groundswell.store.owner import open_briefly
from groundswell.store.reading import Cursor

TARGETS = ("OpenAI", "DeepSeek")
SIZE = 200
LEAST_POSTS = 30
TIMES, QUICK_TIMES = 40, 8

# Baselines are the naive bands of the same bins.
COVERED = Promise(name="sample_bands_hold", unit="share", goal=0.93)
DRAWN = Promise(name="sample_bands_drawn", unit="share", goal=0.5)


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the promises on the sample; 1 when one does not hold."""
    times = QUICK_TIMES if is_quick(argv, __doc__ or "") else TIMES
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder))
        load_sample(settings)
        with open_briefly(settings.home, settings) as home, home.read() as cursor:
            bins = pd.concat([of_target(cursor, target, times) for target in TARGETS])
    enough = bins[bins["posts"] >= LEAST_POSTS]
    drawn = enough[enough["low"].notna()]
    return report(
        [
            replace(
                COVERED,
                value=inside(drawn["low"], drawn["true"], drawn["high"]),
                baseline=inside(drawn["naive_low"], drawn["true"], drawn["naive_high"]),
            ),
            replace(DRAWN, value=len(drawn) / len(enough)),
        ]
    )


def inside(low: "pd.Series[float]", true: "pd.Series[float]", high: "pd.Series[float]") -> float:
    """How often the truth lies within the band."""
    return float(((low <= true) & (true <= high)).mean())


def of_target(cursor: Cursor, target: str, times: int) -> pd.DataFrame:
    """One row a day and draw: its band, the naive one and the true share against ``target``."""
    truth = truths(target)
    places = cursor.execute("SELECT post_no, source, uri FROM posts").fetchall()
    known = {number: truth.get((source, uri), "none") for number, source, uri in places}
    frame = draws.frame_of(cursor, SLUG, target)
    others = pd.concat([draws.frame_of(cursor, SLUG, one) for one in TARGETS if one != target])
    beside = set(others.loc[others["predicted"] == "against", "post_no"])
    series = questions.stance_series(cursor, Filters(topic=SLUG), "day", target, beside=True)
    days = frame["posted_at"].dt.floor("D")
    true = frame["post_no"].map(known).eq("against").groupby(days).mean()
    rows = [{str(name): value for name, value in row.items()} for row in series.to_dict("records")]
    made = [
        bands(rows, gold(frame, known, beside, f"{target}/{number}"), target)
        for number in range(times)
    ]
    table = pd.concat(made, ignore_index=True)
    return table.assign(true=table["start"].map(true)).dropna(subset="true")


def bands(
    series: Sequence[dict[str, Any]], labelled: Sequence[dict[str, Any]], target: str
) -> pd.DataFrame:
    """The bands of one draw, a row a bin."""
    found = estimate(series, labelled, target=target)
    return pd.DataFrame(
        [
            {
                "start": band.start,
                "posts": row["posts"],
                "low": band.low,
                "high": band.high,
                "naive_low": band.naive_low,
                "naive_high": band.naive_high,
            }
            for row, band in zip(series, found.bands, strict=True)
        ]
    )


def gold(
    frame: pd.DataFrame, known: dict[int, str], beside: set[int], seed: str
) -> list[dict[str, Any]]:
    """A draw of ``SIZE`` posts with the truth as label, as ``questions.gold`` has rows."""
    drawn = draw(frame, SIZE, seed)[["post_no", "inclusion"]].merge(frame, on="post_no")
    return [
        {
            "posted_at": row["posted_at"],
            "author_no": row["author_no"],
            "truth": known[row["post_no"]],
            "predicted": row["predicted"],
            "weight": 1 / row["inclusion"],
            "query": "",
            "model_now": row["model"],
            "version_now": row["version"],
            "beside": row["post_no"] in beside,
        }
        for row in drawn.to_dict("records")
    ]


def truths(target: str) -> dict[tuple[str, str], str]:
    """The true stance towards ``target`` of each post of the sample, by source and uri."""
    with gzip.open(bundled("sample") / "truth.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return dict(_true(csv.DictReader(file), target))


def _true(rows: Iterable[dict[str, str]], target: str) -> Iterator[tuple[tuple[str, str], str]]:
    for row in rows:
        if row["target"] == target:
            yield (row["source"], row["uri"]), row["stance"]


if __name__ == "__main__":
    sys.exit(main())
