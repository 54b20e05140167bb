"""How many posts a second one core asks whether they belong to the story that ships."""

import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bench._promise import Promise, is_quick, report
from groundswell.post import Post
from groundswell.query.tree import And, Node, Or, Words
from groundswell.resources import bundled
from groundswell.text import tokens
from groundswell.topic import load

PROMISE = Promise(name="matcher_posts_per_cpu_s", unit="posts/CPU-s", goal=40_000)
SEEN = datetime(2025, 1, 29, tzinfo=UTC)
CHARS = 150
REPEATS = 5
MATCHING = 0.02  # a busy story's share of the network
LANGUAGES = {
    "I think the new model is really good but nobody has read all of the paper yet so": 55,
    "can’t believe it’s monday again… coffee first, then we’ll see what this week brings ☕": 15,
    "el gobierno anunció ayer más medidas para la región y según él mañana habrá otras": 10,
    "la journée a été très agréable à Montréal où l’on a même vu le soleil après midi": 5,
    "今日は とても 寒い ですね 温かい コーヒー を 飲み ながら 本を 読んで います": 10,
    "오늘은 날씨가 정말 춥네요 따뜻한 커피를 마시면서 책을 읽고 있어요": 5,
}
STORY = ["OpenAI says DeepSeek", "ChatGPT and copyright", "Sam Altman on distillation"]


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the promise on matching; 1 when it does not hold."""
    posts = invented_posts(4_000 if is_quick(argv, __doc__ or "") else 20_000)
    query = load(bundled("topics") / "openai-deepseek.toml").query

    def fast() -> list[bool]:
        return [query.matches(post) for post in posts]

    def slow() -> list[bool]:
        return [meets(tokens(post.text), query.tree) for post in posts]

    if fast() != slow():
        raise SystemExit("The matcher and its baseline disagree.")
    rates = [(rate(fast, len(posts)), rate(slow, len(posts))) for _ in range(REPEATS)]
    value, baseline = (statistics.median(each) for each in zip(*rates, strict=True))
    return report([replace(PROMISE, value=value, baseline=baseline)])


def invented_posts(count: int) -> list[Post]:
    """Posts of about 150 characters in the mix of languages above, seeded."""
    chance = random.Random(1)
    sentences = chance.choices(list(LANGUAGES), list(LANGUAGES.values()), k=count)
    return [
        Post(source="bench", uri=str(n), first_seen_at=SEEN, text=_text(sentence, chance))
        for n, sentence in enumerate(sentences)
    ]


def meets(words: list[str], node: Node) -> bool:
    """The straightforward way: every post in words, the tree walked for each."""
    if isinstance(node, And):
        return all(meets(words, part) for part in node.parts)
    if isinstance(node, Or):
        return any(meets(words, part) for part in node.parts)
    if not isinstance(node, Words):
        raise TypeError(f"the story's query has no {type(node).__name__}")
    size, last = len(node.tokens), node.tokens[-1]
    for start in range(len(words) - size + 1):
        *head, end = words[start : start + size]
        same = end.startswith(last) if node.beginning else end == last
        if same and tuple(head) == node.tokens[:-1]:
            return True
    return False


def rate(work: Callable[[], object], posts: int) -> float:
    """Posts a CPU-second."""
    begin = time.process_time()
    work()
    return posts / (time.process_time() - begin)


def _text(sentence: str, chance: random.Random) -> str:
    words = sentence.split()
    text = chance.choice(STORY) if chance.random() < MATCHING else chance.choice(words)
    while len(text) < CHARS:
        text += " " + chance.choice(words)
    return text


if __name__ == "__main__":
    sys.exit(main())
