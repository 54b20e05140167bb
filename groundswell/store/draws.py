"""Draws samples of posts to be labelled, and keeps what the chance of each was."""

from dataclasses import asdict, dataclass
from datetime import datetime

import pandas as pd

from groundswell.errors import WrongUse
from groundswell.labels.sampling import draw as sample
from groundswell.store.reading import Cursor
from groundswell.store.sql import question, step

MOST_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """``size`` of ``posts`` that spoke of the target were drawn for the first time, as draw number
    ``draw``; ``query`` is the id of the topic's query then, ``model`` and ``version`` read most of
    the posts towards the target. ``left_posts`` of them are still there. ``drawn_at`` is UTC."""

    draw: int
    seed: str
    drawn_at: datetime
    query: str
    model: str
    version: str
    posts: int
    size: int
    left_posts: int


def draws(cur: Cursor, topic: str, target: str) -> list[Draw]:
    """All draws for the target, the first first."""
    rows = cur.execute(question("draws"), {"topic": topic, "target": target}).fetchall()
    return [Draw(**dict(zip(Draw.__dataclass_fields__, row, strict=True))) for row in rows]


def draw(con: Cursor, topic: str, target: str, *, query: str, size: int, now: datetime) -> Draw:
    """Draws ``size`` posts that were not drawn before, or as many as there are. The same posts give
    the same sample: nobody can draw until it pleases. Raises ``WrongUse`` when no post is left or
    none has been read towards the target. The caller holds the transaction."""
    if not 1 <= size <= MOST_AT_ONCE:
        raise WrongUse(f"Draw 1 to {MOST_AT_ONCE:,} posts at once.")
    place = {"topic": topic, "target": target}
    frame = frame_of(con, topic, target)
    if frame.empty:
        raise WrongUse(
            f"No post of {topic} has been read towards {target} yet, so none can be drawn. "
            f"Run: groundswell rescore {topic}"
        )
    number = int(con.execute(question("next_draw"), place).fetchall()[0][0])
    seed = f"{topic}/{target}/{number}"
    picked = sample(frame, size, seed)
    fresh = int((~picked["kept"]).sum())
    if fresh == 0:
        raise WrongUse(f"All {len(frame):,} posts that speak of {target} have been drawn already.")
    model, version = frame.value_counts(["model", "version"]).index[0]
    done = Draw(
        draw=number,
        seed=seed,
        drawn_at=now,
        query=query,
        model=model,
        version=version,
        posts=len(frame),
        size=fresh,
        left_posts=fresh,
    )
    entry = {name: value for name, value in asdict(done).items() if name != "left_posts"}
    entry["last_post_no"] = int(frame["post_no"].max())
    con.execute(step("add_draw"), place | entry)
    con.execute(step("add_drawn"), place | {"draw": number} | _lists(picked))
    return done


def frame_of(cur: Cursor, topic: str, target: str) -> pd.DataFrame:
    """Every post that can be drawn; see ``queries/label_frame.sql``."""
    asked = {"topic": topic, "target": target}
    return cur.execute(question("label_frame", read_towards="read_towards"), asked).df()


def _lists(picked: pd.DataFrame) -> dict[str, object]:
    places = [None if kept else place for place, kept in enumerate(picked["kept"])]
    return {
        "post_nos": picked["post_no"].tolist(),
        "places": places,
        "phases": picked["phase"].tolist(),
        "sources": picked["source"].tolist(),
        "predicted": picked["predicted"].tolist(),
        "inclusions": picked["inclusion"].tolist(),
    }
