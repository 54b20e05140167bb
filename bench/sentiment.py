"""How well VADER's cut-offs part positive, neutral and negative, and what reading a post costs."""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bench._promise import Promise, is_quick, labelled, report
from groundswell.post import TEXT_CAP_BYTES
from groundswell.scoring import read_text
from groundswell.scoring.bare import bare
from groundswell.scoring.vader import label, sentiment

SET = "tweeteval_sentiment"
PART_TEXTS = 100
USUAL = 0.05  # VADER's own cut-off
LABELS = ("negative", "neutral", "positive")
RECALL = Promise(name="sentiment_macro_recall", unit="macro-recall", goal=1.01, by_ratio=True)
VADER = Promise(name="vader_posts_per_cpu_s", unit="posts/CPU-s", goal=0.9, by_ratio=True)
READING = Promise(name="reading_posts_per_cpu_s", unit="posts/CPU-s", goal=0.65, by_ratio=True)
HOSTILE = Promise(name="reading_worst_text_cpu_s", unit="CPU-s", goal=2, at_most=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the promises on sentiment; 1 when one does not hold."""
    is_quick(argv, __doc__ or "")  # the whole set takes two seconds
    rows = labelled(SET)
    if not rows:
        reason = f"the labelled set {SET} is not beside the repository"
        missing = [replace(promise, reason=reason) for promise in (RECALL, VADER, READING)]
        return report([*missing, hostile()])
    texts, gold = [row["text"] for row in rows], [row["label"] for row in rows]
    fast = speeds(texts)  # first: what was read once is known for a while
    return report([recall(texts, gold), *fast, hostile()])


def recall(texts: Sequence[str], gold: Sequence[str]) -> Promise:
    """Macro-recall of our cut-offs, with VADER's usual ones as baseline."""
    compounds = [sentiment(bare(text), "en", 1.0).value or 0.0 for text in texts]
    return replace(
        RECALL,
        value=macro_recall(compounds, gold, label),
        baseline=macro_recall(compounds, gold, usual_label),
    )


def macro_recall(
    compounds: Sequence[float], gold: Sequence[str], labelling: Callable[[float], str]
) -> float:
    """Mean over the classes of the share of their posts that got their label."""
    found = [labelling(compound) for compound in compounds]
    recalls = []
    for wanted in LABELS:
        of_class = [got for got, true in zip(found, gold, strict=True) if true == wanted]
        recalls.append(of_class.count(wanted) / len(of_class))
    return sum(recalls) / len(recalls)


def usual_label(compound: float) -> str:
    """The label with the cut-off of VADER's authors."""
    if compound <= -USUAL:
        return "negative"
    return "positive" if compound >= USUAL else "neutral"


def speeds(texts: Sequence[str]) -> list[Promise]:
    """Posts a CPU-second that get their compound, and that get their language too, each beside the
    library as it comes: medians over the parts of the set, each text read once by each."""
    plain = SentimentIntensityAnalyzer()
    read_text(texts[0])
    found = []
    for at in range(0, len(texts), PART_TEXTS):
        part = texts[at : at + PART_TEXTS]
        library = rate(plain.polarity_scores, part)
        ours = rate(lambda text: sentiment(bare(text), "en", 1.0), part)
        found.append((library, ours, rate(read_text, [f"{text} ." for text in part])))
    library, ours, reading = (statistics.median(each) for each in zip(*found, strict=True))
    return [
        replace(VADER, value=ours, baseline=library),
        replace(READING, value=reading, baseline=library),
    ]


def rate(read: Callable[[str], object], texts: Sequence[str]) -> float:
    """Texts a CPU-second."""
    begin = time.process_time()
    for text in texts:
        read(text)
    return len(texts) / (time.process_time() - begin)


def hostile() -> Promise:
    """The longest text that is stored, nearly all emoji; VADER as it comes takes 342 s for it."""
    said = "I think that this is what all of them said about the new model. " * 16
    text = said + "😂" * ((TEXT_CAP_BYTES - len(said)) // 4)
    begin = time.process_time()
    reading = read_text(text, "en")
    took = time.process_time() - begin
    if reading.scores[0].value is None:
        return replace(HOSTILE, reason=f"the text was not scored: {reading.scores[0].reason}")
    return replace(HOSTILE, value=took)


if __name__ == "__main__":
    sys.exit(main())
