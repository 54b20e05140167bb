"""Reads posts: the language, what each says, and which side it takes towards what it speaks of."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from groundswell.post import Post
from groundswell.scoring import vader
from groundswell.scoring.bare import bare
from groundswell.scoring.hub import HubModel, hub_scorer
from groundswell.scoring.language import UNKNOWN, identify
from groundswell.scoring.lite.wording import SCAN_CHARS
from groundswell.scoring.mentions import Mention, mentions, names
from groundswell.scoring.reported import only_reports
from groundswell.scoring.score import Reading, Score
from groundswell.scoring.scorer import Scorer, default_scorer
from groundswell.text import clean_text
from groundswell.topic import Target

IRONY = "lite-irony"
TOO_LONG = "too long"
IRONIC_FROM = 0.5


@dataclass(slots=True)
class _Open:
    """A post on its way: what needs no model, and the scores so far."""

    post: Post
    text: str
    heard: Reading
    spoken_of: Sequence[Mention] = ()
    scores: list[Score] = field(default_factory=list)


def read_posts(
    asked: Sequence[tuple[Post, str | None]],
    targets: Sequence[Target] = (),
    hub: HubModel | None = None,
) -> list[Reading]:
    """A reading of each post, in order; beside each post the text of the post it answers, None
    when unknown. With ``hub`` that model reads too. Never raises for a text; ``GroundswellError``
    when a model is missing."""
    opened = [_opened(post, parent, targets) for post, parent in asked]
    scorers = [default_scorer(), *([hub_scorer(hub)] if hub else [])]
    for scorer in scorers:
        _add_scores(opened, scorer)
    return [
        Reading(
            lang=one.heard.lang,
            lang_confidence=one.heard.lang_confidence,
            scores=(*one.heard.scores, *one.scores),
        )
        for one in opened
    ]


def read_text(text: str, tag: str | None = None) -> Reading:
    """Language of one text and VADER's score alone: no model is asked. ``tag`` is the author's word
    on the language."""
    words = bare(text)
    lang, confidence = identify(words, tag)
    return Reading(
        lang=lang, lang_confidence=confidence, scores=(vader.sentiment(words, lang, confidence),)
    )


def _opened(post: Post, parent: str | None, targets: Sequence[Target]) -> _Open:
    """One whose text must not be kept is not read."""
    if post.withheld is not None:
        score = vader.not_scored(vader.WITHHELD)
        return _Open(post, "", Reading(lang=UNKNOWN, lang_confidence=0.0, scores=(score,)))
    text = clean_text(post.text)[0]
    heard = read_text(text, post.lang_declared)
    return _Open(post, text, heard, mentions(post, targets, parent))


def _add_scores(opened: Sequence[_Open], scorer: Scorer) -> None:
    readable = []
    for one in opened:
        reason = scorer.why_not(one.heard)
        if reason is None:
            readable.append(one)
            continue
        if scorer.reads_messages:
            one.scores.append(scorer.not_scored(reason))
        one.scores += [scorer.not_scored(reason, mention.target) for mention in one.spoken_of]
    if scorer.reads_messages:
        _add_messages(readable, scorer)
    _add_stances(readable, scorer)


def _add_messages(opened: Sequence[_Open], scorer: Scorer) -> None:
    found = scorer.judged([(one.text, None) for one in opened])
    for one, judgement in zip(opened, found, strict=True):
        one.scores.append(scorer.score(judgement))
        if judgement.irony is not None:
            label = "irony" if judgement.irony >= IRONIC_FROM else "no irony"
            one.scores.append(
                Score(model=IRONY, version=scorer.version, label=label, value=judgement.irony)
            )


def _add_stances(opened: Sequence[_Open], scorer: Scorer) -> None:
    pairs: list[tuple[_Open, Target, str]] = []
    for one in opened:
        reports = bool(one.spoken_of) and only_reports(one.post)
        for mention in one.spoken_of:
            said, target = clean_text(mention.said)[0], mention.target
            if reports:
                one.scores.append(scorer.no_side(target))
            elif mention.place == "text" and not names(said[:SCAN_CHARS], target):
                one.scores.append(scorer.not_scored(TOO_LONG, target))
            else:
                pairs.append((one, target, said))
    found = scorer.judged([(said, target) for _, target, said in pairs])
    for (one, target, _), judgement in zip(pairs, found, strict=True):
        one.scores.append(scorer.score(judgement, target))
