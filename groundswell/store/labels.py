"""What people said of posts: who says what, how far it goes, and what models are measured by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd

from groundswell.errors import WrongUse
from groundswell.labels import LABELS, LEAST_LABELS, LEAST_OF_EACH, TRUTHS
from groundswell.labels.agreement import Agreement, agreement
from groundswell.labels.file import Given, Reject, labeller_name
from groundswell.store.reading import Cursor
from groundswell.store.sql import question, step


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the posts drawn for a target are labelled. Unit: posts that are shown.

    Of ``drawn`` ones labellers agree on ``against``, ``none``, ``favor``, ``unclear`` or
    ``off_topic``; ``differing`` wait for one who decides; ``skipped`` nobody would label; ``open``
    nobody saw. ``elsewhere`` were labelled without being drawn, and measure nothing.
    """

    drawn: int
    against: int
    none: int
    favor: int
    unclear: int
    off_topic: int
    differing: int
    skipped: int
    open: int
    elsewhere: int

    @property
    def gold(self) -> int:
        """Posts whose stance is agreed on: what a model can be measured by."""
        return self.against + self.none + self.favor

    @property
    def missing(self) -> dict[str, int]:
        """What a band still needs: of ``labels`` in all, and of each stance; only what is > 0."""
        wanted = {"labels": LEAST_LABELS - self.gold} | {
            name: LEAST_OF_EACH - getattr(self, name) for name in TRUTHS
        }
        return {name: number for name, number in wanted.items() if number > 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labeller:
    """``labels`` and ``skips`` of one person, the median of seconds a label took (None: not known),
    and when the last was given (UTC)."""

    labeller: str
    labels: int
    skips: int
    took_s: float | None
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Of labels that were read in: ``taken`` are stored now, ``known`` were there already, for
    ``older`` a later one of the same labeller was; ``undrawn`` of those taken measure nothing."""

    taken: int
    known: int
    older: int
    undrawn: int
    rejects: tuple[Reject, ...]


def gold(cur: Cursor, topic: str, target: str) -> pd.DataFrame:
    """``post_no, source, uri, author_no, posted_at, truth, predicted, weight, query, model,
    version, model_now, version_now, beside``: one row per post drawn whose stance labellers agree
    on.

    ``truth`` is against, none or favor; where labellers differ the label with most votes, and none
    while two have as many. ``predicted`` is what the model in use says (not_scored among it),
    ``model_now`` and ``version_now`` which that is. ``weight`` (above 0) is how many posts it
    stands for; ``query``, ``model`` and ``version`` are what it was drawn for, and where they
    are no longer those of the topic, what follows from it must be refused. ``author_no`` is missing
    where the account is not known. ``beside``: the model finds it against another target too."""
    return cur.execute(question("gold", **_PARTS), _place(topic, target)).df()


def any_labels(cur: Cursor, topic: str, target: str) -> bool:
    """Whether anybody labelled a post towards the target; quicker than asking for what was said."""
    return bool(cur.execute(question("any_labels"), _place(topic, target)).fetchall()[0][0])


def gold_mark(cur: Cursor, topic: str, target: str) -> str:
    """A text that is another one whenever labels or draws of the target are."""
    return str(cur.execute(question("gold_mark"), _place(topic, target)).fetchall()[0][0])


def label_progress(cur: Cursor, topic: str, target: str) -> Progress:
    """How far the posts drawn for the target are labelled."""
    answer = cur.execute(question("label_progress", votes="votes"), _place(topic, target))
    return Progress(**dict(zip(Progress.__dataclass_fields__, answer.fetchall()[0], strict=True)))


def label_queue(
    cur: Cursor,
    topic: str,
    target: str,
    labeller: str,
    limit: int,
    *,
    differing: bool = False,
    passed: Sequence[int] = (),
) -> pd.DataFrame:
    """``post_no, source, posted_at, text, quoted_text, card_text, alt_text, parent_text``: what
    ``labeller`` is to label next, without author or score. ``differing``: those on which
    labellers do not agree, whoever labelled them. ``passed`` posts are left out. Hostile text."""
    asked = {"labeller": labeller, "limit": limit, "differing": differing, "passed": list(passed)}
    return cur.execute(question("label_queue", votes="votes"), _place(topic, target) | asked).df()


def labellers(cur: Cursor, topic: str, target: str) -> list[Labeller]:
    """Who labelled towards the target, the busiest first."""
    rows = cur.execute(question("labellers"), _place(topic, target)).fetchall()
    return [
        Labeller(labeller=name, labels=labels, skips=skips, took_s=took, last_at=_utc(at))
        for name, labels, skips, took, at in rows
    ]


def label_agreement(cur: Cursor, topic: str, target: str) -> Agreement:
    """How far labellers agree on the posts that two or more of them labelled."""
    votes: dict[int, dict[str, str]] = {}
    for post_no, labeller, label in cur.execute(
        question("label_votes"), _place(topic, target)
    ).fetchall():
        votes.setdefault(post_no, {})[labeller] = label
    return agreement(list(votes.values()))


def labels(cur: Cursor, topic: str, target: str) -> pd.DataFrame:
    """The columns of ``groundswell.labels.file``, one row a label, the first first."""
    return cur.execute(question("labels", weights="weights"), _place(topic, target)).df()


def give(
    con: Cursor,
    topic: str,
    target: str,
    post_no: int,
    *,
    labeller: str,
    label: str,
    at: datetime,
    took_s: float | None = None,
) -> None:
    """Keeps what ``labeller`` says of a post, in place of what they said before. Raises
    ``WrongUse`` for a label that is none, and when the post is gone. The caller holds the
    transaction, here and below."""
    if label not in LABELS:
        raise WrongUse(f"A label is one of {', '.join(LABELS)}.")
    if not con.execute(question("is_shown"), {"topic": topic, "post_no": post_no}).fetchall():
        raise WrongUse("The post is gone: it was deleted or hidden meanwhile. Take the next one.")
    _put(con, topic, [(target, post_no, labeller_name(labeller), label, at, took_s)])


def undo(con: Cursor, topic: str, target: str, labeller: str) -> int | None:
    """Takes back the last label of ``labeller``; the number of its post, None when there is none.
    Nothing is kept of it."""
    asked = _place(topic, target) | {"labeller": labeller}
    last = con.execute(question("last_label"), asked).fetchall()
    if not last:
        return None
    post_no = int(last[0][0])
    gone = {"post_nos": [post_no], "targets": [target], "labellers": [labeller]}
    con.execute(step("drop_labels"), {"topic": topic} | gone)
    return post_no


def take(con: Cursor, topic: str, given: Sequence[Given]) -> Taken:
    """Stores labels that came as a file; of the same post, target and labeller the latest stands,
    whether it is in the file or stored."""
    found, rejects = _found(con, topic, given)
    latest: dict[tuple[int, str, str], Given] = {}
    for post_no, one in sorted(found, key=lambda pair: (pair[1].labelled_at, pair[1].line)):
        latest[post_no, one.target, one.labeller] = one
    stored = _stored(con, topic, {post_no for post_no, _ in found})
    news = {key: one for key, one in latest.items() if _is_news(stored.get(key), one)}
    known = sum(stored.get(key) == (one.label, one.labelled_at) for key, one in latest.items())
    _put(
        con,
        topic,
        [
            (target, post_no, name, one.label, one.labelled_at, one.took_s)
            for (post_no, target, name), one in news.items()
        ],
    )
    return Taken(
        taken=len(news),
        known=known,
        older=len(found) - len(news) - known,
        undrawn=len(news) - _drawn(con, topic, news),
        rejects=tuple(rejects),
    )


def _found(
    con: Cursor, topic: str, given: Sequence[Given]
) -> tuple[list[tuple[int, Given]], list[Reject]]:
    asked = {
        "topic": topic,
        "places": list(range(len(given))),
        "sources": [one.source for one in given],
        "uris": [one.uri for one in given],
    }
    posts: dict[int, list[int]] = {}
    for place, post_no in con.execute(question("posts_named"), asked).fetchall():
        posts.setdefault(place, []).append(post_no)
    found, rejects = [], []
    for place, one in enumerate(given):
        match posts.get(place, []):
            case [post_no]:
                found.append((post_no, one))
            case []:
                reason = "no post of the topic that is shown has this uri"
                rejects.append(Reject(line=one.line, reason=reason))
            case _:
                reason = "posts of several sources have this uri: add the column source"
                rejects.append(Reject(line=one.line, reason=reason))
    return found, rejects


def _stored(
    con: Cursor, topic: str, post_nos: set[int]
) -> dict[tuple[int, str, str], tuple[str, datetime]]:
    asked = {"topic": topic, "post_nos": sorted(post_nos)}
    return {
        (post_no, target, labeller): (label, _utc(at))
        for post_no, target, labeller, label, at in con.execute(
            question("labels_known"), asked
        ).fetchall()
    }


def _is_news(stored: tuple[str, datetime] | None, one: Given) -> bool:
    return stored is None or (one.labelled_at > stored[1])


def _drawn(con: Cursor, topic: str, news: dict[tuple[int, str, str], Given]) -> int:
    """How many of these labels are of posts drawn for their target."""
    drawn: set[tuple[int, str]] = set()
    for target in {target for _, target, _ in news}:
        rows = con.execute(question("drawn_posts"), _place(topic, target)).fetchall()
        drawn |= {(post_no, target) for (post_no,) in rows}
    return sum((post_no, target) in drawn for post_no, target, _ in news)


def _put(
    con: Cursor,
    topic: str,
    rows: Sequence[tuple[str, int, str, str, datetime, float | None]],
) -> None:
    if not rows:
        return
    names = ("targets", "post_nos", "labellers", "labels", "times", "tooks")
    lists = {
        name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)
    }
    keys = {name: lists[name] for name in ("targets", "post_nos", "labellers")}
    con.execute(step("drop_labels"), {"topic": topic} | keys)
    con.execute(step("add_labels"), {"topic": topic} | lists)


def _place(topic: str, target: str) -> dict[str, object]:
    return {"topic": topic, "target": target}


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


_PARTS = {name: name for name in ("read_towards", "votes", "weights", "against_others")}
