"""How right the default scorer is on sets it has not learnt from, beside VADER, and how fast."""

import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bench._promise import EVAL, Promise, is_quick, report
from groundswell.model_card import FOLDER
from groundswell.resources import bundled
from groundswell.scoring.bare import bare
from groundswell.scoring.lite import available
from groundswell.scoring.lite.model import load
from groundswell.scoring.lite.wording import prepare
from groundswell.scoring.train.crossed import topics_crossed
from groundswell.scoring.train.figures import (
    Answers,
    Figures,
    answers,
    asked,
    figures,
    net_error,
    trap_hits,
    vader_answers,
    vader_asked,
)
from groundswell.scoring.train.written import kept_back
from groundswell.scoring.vader import label, sentiment

MESSAGES, TOPICS, NEWS, IRONY = (
    "tweeteval_sentiment",
    "semeval17_topic",
    "newsmtsc",
    "tweeteval_irony",
)
DEBATES = ("perspectrum", "ibm_claim_stance", "debatepedia")
SETS = (MESSAGES, TOPICS, NEWS, IRONY, *DEBATES)
SPEED_POSTS = 1_000

# Baselines are VADER's on the same posts in the same run; goals are those of the held-back tests.
# The 20 topics of the development set occur in no training set.
RECALL = Promise(name="lite_message_macro_recall", unit="macro-recall", goal=0.715)
TOPIC_RECALL = Promise(name="lite_unseen_topics_macro_recall", unit="macro-recall", goal=0.70)
NET_ERROR = Promise(name="lite_net_sentiment_error", unit="share", goal=0.12, at_most=True)
CROSSED = Promise(name="lite_crossed_topics_macro_recall", unit="macro-recall", goal=0.70)
CROSSED_NET = Promise(name="lite_crossed_topics_net_error", unit="share", goal=0.12, at_most=True)
STORIES = Promise(name="lite_stories_macro_recall", unit="macro-recall", goal=0.65)
NEWS_F1 = Promise(name="lite_news_macro_f1", unit="macro-F1", goal=0.78)
IRONY_F1 = Promise(name="lite_irony_f1", unit="F1", goal=0.70)
STANCE = Promise(name="lite_debates_f_avg", unit="F1", goal=0.54)
FAVOR = Promise(name="lite_debates_f1_favor", unit="F1", goal=0.45)
ERROR = Promise(name="lite_calibration_error", unit="share", goal=0.05, at_most=True)
TRAPS = Promise(name="lite_traps_right", unit="share", goal=0.75)
SPEED = Promise(name="lite_posts_per_cpu_s", unit="posts/CPU-s", goal=400)
LINEAR_SPEED = Promise(name="lite_linear_posts_per_cpu_s", unit="posts/CPU-s", goal=4_000)
PROMISES = (
    RECALL, TOPIC_RECALL, NET_ERROR, CROSSED, CROSSED_NET, STORIES, NEWS_F1, IRONY_F1, STANCE,
    FAVOR, ERROR, TRAPS, SPEED, LINEAR_SPEED,
)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the promises on the default scorer; 1 when one does not hold."""
    is_quick(argv, __doc__ or "")  # all sets take half a minute
    reason = why_not()
    if reason:
        return report([replace(promise, reason=reason) for promise in PROMISES])
    ours = {name: answers(name) for name in SETS}
    theirs = {name: vader_answers(name) for name in SETS if name != IRONY}
    return report([*right(ours, theirs), *apart(theirs[TOPICS]), traps(), *speeds()])


def why_not() -> str | None:
    """Why nothing can be measured, None if all can be."""
    absent = [name for name in SETS if not (EVAL / name / "dev.tsv").is_file()]
    if absent:
        return f"the labelled set {absent[0]} is not beside the repository"
    return available().reason


def right(ours: dict[str, Answers], theirs: dict[str, Answers]) -> list[Promise]:
    """The promises on being right."""
    our = {name: figures(of) for name, of in ours.items()}
    their = {name: figures(of) for name, of in theirs.items()}

    def filled(promise: Promise, measure: Callable[[dict[str, Figures]], float]) -> Promise:
        return replace(promise, value=measure(our), baseline=measure(their))

    return [
        filled(RECALL, lambda by: by[MESSAGES].recall),
        filled(TOPIC_RECALL, lambda by: by[TOPICS].recall),
        replace(NET_ERROR, value=net_error(ours[TOPICS]), baseline=net_error(theirs[TOPICS])),
        filled(NEWS_F1, lambda by: by[NEWS].f1),
        replace(IRONY_F1, value=our[IRONY].f_last),
        filled(STANCE, lambda by: mean([by[name].f_avg for name in DEBATES])),
        filled(FAVOR, lambda by: mean([by[name].f_last for name in DEBATES])),
        replace(ERROR, value=mean([our[name].error for name in SETS])),
    ]


def apart(topics: Answers) -> list[Promise]:
    """The promises on what had no part in any choice: topics answered by a blend that was chosen
    without them, and stories of our own that were kept back; ``topics`` is what VADER says."""
    ours, stories = topics_crossed(bundled(FOLDER)), kept_back()
    theirs = vader_asked(stories, "target")
    return [
        replace(CROSSED, value=figures(ours).recall, baseline=figures(topics).recall),
        replace(CROSSED_NET, value=net_error(ours), baseline=net_error(topics)),
        replace(
            STORIES,
            value=figures(asked(stories, "target")).recall,
            baseline=figures(theirs).recall,
        ),
    ]


def mean(numbers: Sequence[float]) -> float:
    """The mean of one or more numbers."""
    return float(np.mean(numbers))


def traps() -> Promise:
    """Share of stances found in posts that are easy to misread, VADER's signs as baseline."""
    posts = tomllib.loads(bundled("traps.toml").read_text(encoding="utf-8"))["trap"]
    hits = trap_hits(posts)
    signs = {"negative": "against", "neutral": "none", "positive": "favor"}
    by_vader = [
        signs[label(sentiment(bare(text), "en", 1.0).value or 0.0)] == expected
        for text, _, expected, _ in hits
    ]
    by_us = [expected == found for _, _, expected, found in hits]
    return replace(TRAPS, value=mean(by_us), baseline=mean(by_vader))


def speeds() -> list[Promise]:
    """Posts a CPU-second, targets asked about, with bare VADER in the same minute as baseline."""
    examples = answers(TOPICS).examples[:SPEED_POSTS]
    model = load()
    plain = SentimentIntensityAnalyzer()

    def through(whole: bool) -> float:
        serving = model if whole else replace(model, encoder=None)
        begin = time.process_time()
        wordings = [prepare(example.text, example.names) for example in examples]
        pairs = [(w.text, e.target) for w, e in zip(wordings, examples, strict=True)]
        parts = serving.parts(pairs)
        if whole:
            model.blends["named"].probabilities(parts)
        return len(examples) / (time.process_time() - begin)

    through(whole=True)
    begin = time.process_time()
    for example in examples:
        plain.polarity_scores(example.text)
    vader = len(examples) / (time.process_time() - begin)
    return [
        replace(SPEED, value=through(whole=True), baseline=vader),
        replace(LINEAR_SPEED, value=through(whole=False), baseline=vader),
    ]


if __name__ == "__main__":
    sys.exit(main())
