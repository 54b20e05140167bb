"""Which words and phrases set one group of posts apart: weighted log-odds against a baseline."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from groundswell.scoring.bare import bare
from groundswell.text import tokens

LEAST_Z = 1.96  # two-sided 95 %
LEAST_AUTHORS = 5  # one account repeating itself is not what "the public" says
PRIOR_TOTAL = 1_000.0  # the weight, in words, of what both sides say together
LEAST_PRIOR = 0.5  # for rare words: a count of 0 must keep a finite variance

COUNTS = ["term", "posts", "authors"]
RANKED = ["term", "z", "posts", "background", "authors"]


def log_odds(
    foreground: pd.DataFrame,
    background: pd.DataFrame,
    *,
    least_z: float = LEAST_Z,
    least_authors: int = LEAST_AUTHORS,
) -> pd.DataFrame:
    """Terms of ``foreground`` by how far they stand out, the strongest first.

    Both tables are counts as ``count`` gives them (``term, posts, authors``; one row a term, all
    terms, since the totals matter). Returns ``term, z, posts, background, authors``: ``z`` is the
    log-odds ratio in standard errors (Monroe, Colaresi and Quinn 2008; the prior is both sides
    together), ``posts`` and ``background`` the posts with the term on each side, ``authors`` the
    distinct ones of the foreground. Only terms with a ``z`` of at least 1.96 and 5 authors, stop
    words left out. Empty when either table is: without a baseline nothing stands out.
    """
    if not len(foreground) or not len(background):
        return pd.DataFrame({name: [] for name in RANKED})
    terms = tellable(foreground[foreground["authors"] >= least_authors])
    other = background.set_index("term")["posts"]
    ranked = pd.DataFrame(
        {
            "term": terms["term"],
            "posts": terms["posts"].astype("int64"),
            "background": terms["term"].map(other).fillna(0).astype("int64"),
            "authors": terms["authors"].astype("int64"),
        }
    )
    totals = float(foreground["posts"].sum()), float(other.sum())
    counts = ranked["posts"].to_numpy(), ranked["background"].to_numpy()
    ranked["z"] = apart(*counts, totals=totals)
    ranked = ranked[ranked["z"] >= least_z].sort_values(["z", "term"], ascending=[False, True])
    return ranked[RANKED].reset_index(drop=True)


def apart(counts: np.ndarray, others: np.ndarray, *, totals: tuple[float, float]) -> np.ndarray:
    """``z`` of terms by their posts on both sides, with both sides together as the prior.

    ``totals`` are the sums over all terms of either side, together above 0."""
    prior = (counts + others) * (PRIOR_TOTAL / sum(totals))
    return z_scores(counts, others, prior, totals=totals)


def z_scores(
    counts: np.ndarray,
    others: np.ndarray,
    prior: np.ndarray,
    *,
    totals: tuple[float, float],
) -> np.ndarray:
    """Log-odds ratio of each term in standard errors: above 0 where ``counts`` has more of it.

    ``prior`` is each term's share of ``PRIOR_TOTAL``, ``totals`` the sums over all terms of either
    side. Swapping the sides turns the sign and nothing else.
    """
    weight = np.maximum(prior, LEAST_PRIOR)
    a, b = counts + weight, others + weight
    whole_a, whole_b = (total + PRIOR_TOTAL + LEAST_PRIOR for total in totals)
    delta = np.log(a / (whole_a - a)) - np.log(b / (whole_b - b))
    scores: np.ndarray = delta / np.sqrt(1 / a + 1 / b)
    return scores


def count(posts: Iterable[tuple[Sequence[str], Hashable | None]]) -> pd.DataFrame:
    """How many posts and authors have each term: ``term, posts, authors``, sorted by term.

    ``posts`` are pairs of terms (see ``terms``) and author. A post whose author is unknown (None)
    counts as a post and adds no author. Give one post of each group of copies.
    """
    found: Counter[str] = Counter()
    authors: dict[str, set[Hashable]] = {}
    for words, author in posts:
        distinct = set(words)
        found.update(distinct)
        if author is not None:
            for word in distinct:
                authors.setdefault(word, set()).add(author)
    rows = [(term, n, len(authors.get(term, ()))) for term, n in sorted(found.items())]
    return pd.DataFrame(rows, columns=COUNTS)


def terms(text: str) -> list[str]:
    """Words, #tags, emoji and two-word phrases of ``text``, each once, in order.

    Folded as search folds them. No stop words, single Latin letters or digits, handles, addresses,
    and no phrases with a tag or across a word left out.
    """
    words = list(_words(tokens(bare(text))))
    pairs = (
        f"{first} {second}"
        for first, second in pairwise(words)
        if first != second and not _dull(first) and not _dull(second) and "#" not in first + second
    )
    return list(dict.fromkeys([*(word for word in words if not _dull(word)), *pairs]))


def tellable(counts: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``counts`` whose ``term`` tells anything: not made of stop words alone."""
    keep = [not all(map(_dull, term.split())) for term in counts["term"]]
    return counts[np.array(keep, dtype=bool)]


@cache
def stop_words() -> frozenset[str]:
    """English words too common to tell anything, and the leftovers of links."""
    listed = Path(__file__).with_name("stop_words.txt").read_text(encoding="utf-8")
    return frozenset(listed.split())


def _words(pieces: Sequence[str]) -> Iterator[str]:
    """``pieces`` without the bare word that the tokenizer gives after each ``#tag``."""
    before = ""
    for piece in pieces:
        if before != f"#{piece}":
            yield piece
        before = piece


def _dull(word: str) -> bool:
    return word in stop_words() or (len(word) == 1 and word.isascii())
