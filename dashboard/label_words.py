"""What the page of labels says: how far they are, what is missing, how far people agree."""

from collections.abc import Sequence
from datetime import datetime

from dashboard.words import day, listed, many, number, share, signed
from groundswell.labels import LEAST_LABELS, LEAST_OF_EACH
from groundswell.labels.agreement import Agreement, Interval
from groundswell.store.draws import Draw
from groundswell.store.labels import Labeller, Progress, Taken
from groundswell.topic import Topic

HOW = """
- **Against**: the author blames, mocks or rejects the target, or what it did.
- **Favor**: the author defends, praises or sides with it.
- **None**: it is named, and nobody takes a side. News and headlines that only report are *none*,
  also when what they report is bad for the target; so is what somebody else is quoted with.
- **Unclear**: you understand the post and still cannot say.
- **Off topic**: it has nothing to do with this story; the query found it by accident.
- **Skip**: you cannot judge it, because of its language say. Somebody else may.

Judge what the author says of this target, not whether you agree, nor how angry it sounds. Praise
of a rival is *none* unless it is meant as blame. Neither author nor score is shown, before or
after: they would lead you.
"""
_LABEL = {"labels": "in all", "against": "against", "none": "none", "favor": "in favor"}


def finding(progress: Progress, target: str) -> str:
    """How many of the drawn posts are labelled. Holds the target's name: not safe as Markdown."""
    if progress.drawn == 0:
        return f"No post has been drawn yet to be labelled towards {target}"
    return (
        f"{number(progress.gold)} of {number(progress.drawn)} drawn posts are labelled towards "
        f"{target}"
    )


def next_step(progress: Progress, *, may_draw: bool) -> str:
    """What to do where no post waits to be labelled."""
    if progress.drawn and progress.missing:
        return "No drawn post waits for you. Draw more, or let somebody else label those skipped."
    if progress.drawn:
        return "No drawn post waits for you."
    if may_draw:
        return "Press “Draw posts”: about 100 labels give shares their interval."
    return "A labeller draws some first: about 100 labels give shares their interval."


def counts(progress: Progress) -> str:
    """What the labels are, and what the other drawn posts wait for."""
    said = (
        f"{number(progress.against)} against, {number(progress.none)} none, "
        f"{number(progress.favor)} in favor"
    )
    rest = {
        "unclear": progress.unclear,
        "off topic": progress.off_topic,
        "skipped": progress.skipped,
        "on which labellers differ": progress.differing,
        "not looked at": progress.open,
    }
    left = [f"{number(posts)} {what}" for what, posts in rest.items() if posts]
    return f"{said}; {listed(left)}." if left else f"{said}."


def needed(progress: Progress) -> str:
    """What an interval of shares still needs, or that it has it."""
    if not progress.missing:
        return "Enough labels for an interval of shares, as far as their number goes."
    wants = [f"{number(posts)} {_LABEL[name]}" for name, posts in progress.missing.items()]
    return (
        f"An interval of shares needs {LEAST_LABELS} labels, {LEAST_OF_EACH} of each "
        f"stance: {listed(wants)} to go."
    )


def drawn(draw: Draw) -> str:
    """One draw."""
    left = "" if draw.left_posts == draw.size else f", {number(draw.left_posts)} still there"
    return (
        f"Draw {draw.draw}, {day(draw.drawn_at)}: {number(draw.size)} of "
        f"{number(draw.posts)} posts that speak of the target{left}."
    )


def outdated(draws: Sequence[Draw], topic: Topic) -> str | None:
    """Why labels do not count any more, and what to do; None while they do."""
    if not draws or draws[-1].query == topic.query.id:
        return None
    return (
        "The query of the topic has changed since the last draw. Labels count again once a few "
        "posts are drawn for the query as it is now; those already labelled are kept."
    )


def agreed(said: Agreement) -> str:
    """How far labellers agree, beyond chance."""
    if said.same is None:
        return "No post was labelled by two people yet, so nobody knows how far they would agree."
    lines = (
        f"{many(said.posts, 'post')} labelled by two or more people: "
        f"{share(round(said.same * 1000), 1000)} of pairs of labels are equal. Krippendorff's "
        f"alpha {interval(said.alpha)}"
    )
    return f"{lines}, Cohen's kappa {interval(said.kappa)}." if said.kappa else f"{lines}."


def interval(said: Interval) -> str:
    """``0.71 (95% 0.60 to 0.80)``, or that it is not defined."""
    if said.value is None:
        return "not defined, as all labels are the same"
    if said.low is None or said.high is None:
        return _plain(said.value)
    return f"{_plain(said.value)} (95% {_plain(said.low)} to {_plain(said.high)})"


def taken(parts: Sequence[Taken], rejects: int) -> str:
    """What came of a file of labels."""
    new, known, older, undrawn = (
        sum(getattr(part, name) for part in parts)
        for name in ("taken", "known", "older", "undrawn")
    )
    rest = {
        "known already": known,
        "replaced by later ones": older,
        "of posts that were not drawn, which are kept but measure nothing": undrawn,
    }
    told = [f"{number(labels)} {what}" for what, labels in rest.items() if labels]
    said = f"{many(new, 'label')} taken, {number(rejects)} rejected."
    return f"{said} Among the file's: {listed(told)}." if told else said


def by_you(people: Sequence[Labeller], labeller: str) -> str:
    """How many posts the labeller has looked at so far."""
    mine = [one.labels + one.skips for one in people if one.labeller == labeller]
    return f"{many(sum(mine), 'post')} by you so far."


def _plain(value: float) -> str:
    """With a real minus sign, and zero without any."""
    return signed(value).removeprefix("+")


def file_name(topic: Topic, at: datetime) -> str:
    """For the CSV of labels; says that a sample is synthetic."""
    mark = ["synthetic"] if topic.synthetic else []
    return "-".join(["groundswell", topic.slug, *mark, "labels", f"{at:%Y%m%d}"]) + ".csv"
