"""Labels and how far they are, in words, for the terminal."""

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from groundswell.store.rows import Record
from groundswell.text import clean_text

__all__ = [
    "Record",
    "agreement",
    "drawn",
    "keys",
    "nothing_waits",
    "post",
    "sat",
    "standing",
    "taken",
]

_RULE = "─" * 60
_CONTEXT = (
    ("parent_text", "In reply to"),
    ("quoted_text", "Quotes"),
    ("card_text", "Links to"),
    ("alt_text", "Shows"),
)


def post(record: Record) -> str:
    """A post as it is to be judged: its text and what it answers or shows, nobody's name."""
    at = datetime.fromisoformat(record["posted_at"])
    lines = [_RULE, f"{record['source']}, {at:%Y-%m-%d %H:%M} UTC", "", _plain(record["text"]), ""]
    lines += [f"  {what}: {_plain(record[name])}" for name, what in _CONTEXT if record[name]]
    return "\n".join(lines)


def keys(target: str) -> str:
    """What each key means."""
    return (
        f"Towards {target}:  a against   n none   f favor   u unclear   o off topic   s skip   "
        "z undo   q quit"
    )


def drawn(record: Record) -> str:
    """What a draw gave."""
    return (
        f"Draw {record['draw']}: {record['size']:,} posts to label, of {record['posts']:,} that "
        "speak of the target."
    )


def nothing_waits(topic: str, target: str, *, differing: bool) -> str:
    """Why there is no post to show, and what to do."""
    if differing:
        return f"Labellers agree on every post they labelled towards {target}."
    return (
        "No drawn post waits for you. Draw some with: "
        f"groundswell label {topic} --target {shlex.quote(target)} --draw 200"
    )


def sat(given: Counter[str]) -> str:
    """What was done in one sitting."""
    counts = [f"{number:,} {label}" for label, number in given.most_common()]
    return f"{sum(given.values()):,} labels given{': ' if counts else ''}{', '.join(counts)}."


def taken(parts: Sequence[Record], rejects: int) -> str:
    """What came of a file of labels."""
    sums: Counter[str] = Counter()
    for part in parts:
        sums.update({name: part[name] for name in ("taken", "known", "older", "undrawn")})
    said = f"{sums['taken']:,} labels taken, {sums['known']:,} known already"
    if sums["older"]:
        said += f", {sums['older']:,} replaced by later ones"
    said += f", {rejects:,} rejected."
    if sums["undrawn"]:
        said += f" {sums['undrawn']:,} are of posts that were not drawn: kept, but not measured by."
    return said


def standing(record: Record) -> Iterator[str]:
    """How far a target is labelled, and what a band still needs."""
    progress = record["progress"]
    yield (
        f"{record['target']}: {record['gold']:,} of {progress['drawn']:,} drawn posts labelled "
        f"({progress['against']:,} against, {progress['none']:,} none, {progress['favor']:,} favor)"
        f"; {progress['open']:,} open, {progress['differing']:,} on which labellers differ, "
        f"{progress['unclear']:,} unclear, {progress['off_topic']:,} off topic, "
        f"{progress['skipped']:,} skipped"
    )
    if record["missing"]:
        missing = [f"{number:,} {name}" for name, number in record["missing"].items()]
        yield f"  for a band still needed: {', '.join(missing)}"
    for one in record["labellers"]:
        yield f"  {one['labeller']}: {one['labels']:,} labels, {one['skips']:,} skips"


def agreement(record: Record) -> Iterator[str]:
    """How far labellers agree on one target."""
    said = record["agreement"]
    if not said["posts"]:
        yield f"{record['target']}: no post was labelled by two people yet"
        return
    yield (
        f"{record['target']}: {said['posts']:,} posts labelled by two or more of "
        f"{', '.join(said['labellers'])}; {said['same']:.0%} of pairs of labels equal"
    )
    yield f"  Krippendorff's alpha {_interval(said['alpha'])}"
    if said["kappa"] is not None:
        yield f"  Cohen's kappa {_interval(said['kappa'])}"


def _interval(said: Record) -> str:
    if said["value"] is None:
        return "not defined: all labels are the same"
    if said["low"] is None:
        return f"{said['value']:.2f}"
    return f"{said['value']:.2f} (95%: {said['low']:.2f} to {said['high']:.2f})"


def _plain(text: str) -> str:
    """Once more without what a terminal would obey, should a text have come in by another way."""
    return clean_text(text)[0]
