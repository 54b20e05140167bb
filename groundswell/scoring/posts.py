"""Reads posts: the language, what each says, and which side it takes towards what it speaks of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groundswell.post import Post
from groundswell.scoring import lite, vader
from groundswell.scoring.bare import bare
from groundswell.scoring.language import UNKNOWN, identify
from groundswell.scoring.lite import Judgement
from groundswell.scoring.lite.wording import SCAN_CHARS
from groundswell.scoring.mentions import Mention, mentions, names
from groundswell.scoring.reported import only_reports
from groundswell.scoring.score import NOT_SCORED, Reading, Score
from groundswell.text import clean_text
from groundswell.topic import Target

LITE, IRONY = "lite", "lite-irony"
REVISION = 1  # ours: raised when the rules change of what is spoken of, reported or not scored
TOO_LONG = "too long"
NO_SIDE = "none"
SIDES = {"negative": -1.0, "positive": 1.0, "against": -1.0, "favor": 1.0}  # others: 0


@dataclass(slots=True)
class _Open:
    """A post on its way: what is known of it, and its scores so far."""

    post: Post
    lang: str
    lang_confidence: float
    reason: str | None  # why it cannot be read, None if it can
    spoken_of: Sequence[Mention] = ()
    scores: list[Score] = field(default_factory=list)

    def reading(self) -> Reading:
        return Reading(
            lang=self.lang, lang_confidence=self.lang_confidence, scores=tuple(self.scores)
        )


def read_posts(
    asked: Sequence[tuple[Post, str | None]], targets: Sequence[Target] = ()
) -> list[Reading]:
    """A reading of each post, in order; beside each post the text of the post it answers, None
    when unknown. Never raises for a text; ``GroundswellError`` when there is no model."""
    opened = [_opened(post, parent, targets) for post, parent in asked]
    readable = [one for one in opened if one.reason is None]
    _add_messages(readable)
    _add_stances(readable)
    return [one.reading() for one in opened]


def read_text(text: str, tag: str | None = None) -> Reading:
    """Language of one text and VADER's score alone: no model is asked. ``tag`` is the author's word
    on the language."""
    words = bare(text)
    lang, confidence = identify(words, tag)
    return Reading(
        lang=lang, lang_confidence=confidence, scores=(vader.sentiment(words, lang, confidence),)
    )


def version() -> str:
    """Version under which the scores of the default model are kept: the model's and the revision
    of the rules here; ends in "-linear" where only its small part serves."""
    stem, linear, _ = lite.version().partition("-linear")
    return f"{stem}.{REVISION}{linear}"


def target_names(targets: Sequence[Target]) -> Mapping[str, Sequence[str]]:
    """The aliases of each target by its name."""
    return {target.name: target.aliases for target in targets}


def _opened(post: Post, parent: str | None, targets: Sequence[Target]) -> _Open:
    """The post with what needs no model. One whose text must not be kept is not read."""
    if post.withheld is not None:
        gone = _Open(post, UNKNOWN, 0.0, vader.WITHHELD)
        gone.scores = [vader.not_scored(vader.WITHHELD), _message_not_scored(vader.WITHHELD)]
        return gone
    heard = read_text(clean_text(post.text)[0], post.lang_declared)
    (score,) = heard.scores
    spoken_of = mentions(post, targets, parent)
    one = _Open(post, heard.lang, heard.lang_confidence, score.reason, spoken_of, [score])
    if score.reason is not None:
        one.scores.append(_message_not_scored(score.reason))
        one.scores += [_not_scored(mention.target, score.reason) for mention in spoken_of]
    return one


def _add_messages(opened: Sequence[_Open]) -> None:
    found = judged([(clean_text(one.post.text)[0], None) for one in opened])
    for one, judgement in zip(opened, found, strict=True):
        one.scores.append(score_of(judgement))
        if judgement.irony is not None:
            label = "irony" if judgement.irony >= 0.5 else "no irony"
            one.scores.append(
                Score(model=IRONY, version=version(), label=label, value=judgement.irony)
            )


def _add_stances(opened: Sequence[_Open]) -> None:
    pairs: list[tuple[_Open, Mention, str]] = []
    for one in opened:
        reports = bool(one.spoken_of) and only_reports(one.post)
        for mention in one.spoken_of:
            said = clean_text(mention.said)[0]
            if reports:
                one.scores.append(_no_side(mention.target))
            elif mention.place == "text" and not names(said[:SCAN_CHARS], mention.target):
                one.scores.append(_not_scored(mention.target, TOO_LONG))
            else:
                pairs.append((one, mention, said))
    found = judged([(said, mention.target) for _, mention, said in pairs])
    for (one, mention, _), judgement in zip(pairs, found, strict=True):
        one.scores.append(score_of(judgement, mention.target.name))


def judged(asked: Sequence[tuple[str, Target | None]]) -> list[Judgement]:
    """What the default model says of each text towards its target, or as a message where that is
    None. What is asked twice is read once."""
    places = {question: place for place, question in enumerate(dict.fromkeys(asked))}
    found = lite.read(
        [" ".join(text.split()) for text, _ in places],
        [None if target is None else target.name for _, target in places],
        target_names([target for _, target in places if target is not None]),
    )
    return [found[places[question]] for question in asked]


def score_of(judgement: Judgement, target: str | None = None) -> Score:
    """The judgement as it is kept. ``value`` is the probability of the warm class less that of the
    hostile one, -1…1."""
    shares = judgement.probabilities
    value = sum(SIDES.get(name, 0.0) * share for name, share in shares.items())
    return Score(
        model=LITE,
        version=version(),
        label=judgement.label,
        value=None if judgement.abstained else value,
        target=target,
        confidence=judgement.confidence,
        reason=judgement.reason,
    )


def _message_not_scored(reason: str) -> Score:
    return Score(model=LITE, version=version(), label=NOT_SCORED, reason=reason)


def _not_scored(target: Target, reason: str) -> Score:
    return Score(model=LITE, version=version(), label=NOT_SCORED, target=target.name, reason=reason)


def _no_side(target: Target) -> Score:
    """Of a post that only reports: a rule says so, so there is no confidence to tell."""
    return Score(model=LITE, version=version(), label=NO_SIDE, value=0.0, target=target.name)
