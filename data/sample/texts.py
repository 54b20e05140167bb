"""Puts sentences together as people do in each place, on the topic or clearly off it."""

import re
from datetime import date

from dice import Dice
from wordbook import asides, book, known_by, said, spoken

BLUESKY_CAP = 300  # letters, as on the network
_ABOUT = re.compile(r"\b(?:openai|chatgpt|sam altman)\b", re.I)
_TAG = re.compile(r" #\w+")  # letters and forum comments have none
_MATTER = re.compile(r"\b(?:deepseek|distill\w*|copyright)\b", re.I)


def is_on_topic(text: str) -> bool:
    """Whether the words of the topic's query are in ``text``."""
    return bool(_ABOUT.search(text) and _MATTER.search(text))


def short_post(dice: Dice, kind: str, day: date) -> str:
    """A post of at most 300 letters for a social network."""
    while len(text := _short_post(dice, kind, day)) > BLUESKY_CAP or _strays(kind, text):
        pass
    return text


def _short_post(dice: Dice, kind: str, day: date) -> str:
    frames = book("frames")["bluesky"]
    sentences = said(dice, kind, day, 2 if dice.chance(0.5) else 1)
    more = asides(dice, kind, 1 if dice.chance(0.7) else 0)
    around = [
        dice.pick(frames["openers"]),
        *dice.some([*sentences, *more], 3),
        dice.pick(frames["tails"]),
    ]
    text = _casual(dice, " ".join(part for part in around if part)) + _emoji(dice)
    if kind != "offtopic":
        text += _hashtags(dice, text, frames["hashtags"])
    return text


def comment(dice: Dice, kind: str, day: date) -> str:
    """A comment of one to three paragraphs for a forum of engineers."""
    while True:
        text = _comment(dice, kind, day)
        if not _strays(kind, text):
            return text


def _comment(dice: Dice, kind: str, day: date) -> str:
    frames = book("frames")["hackernews"]
    sentences = [*said(dice, kind, day, 1 + dice.below(3)), *asides(dice, kind, dice.below(3))]
    opener, tail = dice.pick(frames["openers"]), dice.pick(frames["tails"])
    first = _after(opener, sentences[0])
    parts = [first, *sentences[1:], *([tail] if tail else [])]
    text = _TAG.sub("", ("\n\n" if dice.chance(0.5) else " ").join(parts))
    if kind == "offtopic" or is_on_topic(text):
        return text
    return f"Back to OpenAI and DeepSeek: {text}"


def letter(dice: Dice, kind: str, day: date) -> str:
    """A letter or a survey answer to a newsroom."""
    frames = book("frames")["mailbox"]
    sentences = [*said(dice, kind, day, 1 + dice.below(3)), *asides(dice, kind, dice.below(3))]
    body = " ".join(part for part in [dice.pick(frames["middles"]), *sentences] if part)
    paragraphs = [dice.pick(frames["openers"]), body, dice.pick(frames["tails"])]
    text = _TAG.sub("", "\n\n".join(part for part in paragraphs if part))
    return text if is_on_topic(text) else f"On OpenAI and DeepSeek\n\n{text}"


def headline(dice: Dice, day: date) -> tuple[str, str]:
    """A headline and its summary, of the news of ``day``."""
    stories = next(s for s in book("news")["stories"] if s["since"] <= day <= s["until"])
    while True:
        title = spoken(dice, dice.pick(known_by(stories["headlines"], day)))
        summary = " ".join(
            [spoken(dice, dice.pick(stories["summaries"])), *asides(dice, "news", 2)]
        )
        if is_on_topic(f"{title} {summary}"):
            return title, summary


def foreign(dice: Dice, lang: str, claims: list[str]) -> str:
    """A short post or letter in another language than English."""
    frames = book("languages")[lang]
    sentences = [spoken(dice, claim) for claim in dice.some(claims, 2 if dice.chance(0.7) else 1)]
    around = [dice.pick(frames["openers"]), *sentences, dice.pick(frames["tails"])]
    text = " ".join(part for part in around if part) + _emoji(dice)
    return text if is_on_topic(text) else f"{text} #OpenAI #DeepSeek"


def story_title(dice: Dice, title: str, day: date) -> str:
    """What a forum makes of a headline, or a question of its own."""
    form = dice.pick(book("frames")["hackernews"]["title_forms"])
    asked = said(dice, "question", day, 1)[0]
    text = form.replace("<headline>", title).replace("<question>", asked)
    return text if is_on_topic(text) else f"{text} (OpenAI and DeepSeek)"


def almost_the_same(dice: Dice, text: str) -> str:
    """A near copy, as people pass on texts that they like."""
    forms = ("{} 👏", "This! {}", "“{}”", "Copied with thanks: {}", "{}!!")
    changed = dice.pick(forms).format(text.rstrip(".") if dice.chance(0.5) else text)
    return changed.lower() if dice.chance(0.2) else changed


def _after(opener: str, sentence: str) -> str:
    """The sentence after its opener: small where the opener leads on into it."""
    if opener.endswith("but") and not sentence.startswith(("OpenAI", "DeepSeek", "ChatGPT", "I ")):
        sentence = sentence[:1].lower() + sentence[1:]
    return f"{opener} {sentence}".strip()


def _casual(dice: Dice, text: str) -> str:
    if dice.chance(0.1):
        text = text.lower()
    if dice.chance(0.15):
        text = text.rstrip(".")
    return text.replace(".", "!", 1) if dice.chance(0.03) else text


def _emoji(dice: Dice) -> str:
    emoji = book("frames")["bluesky"]["emoji"]
    return " " + dice.pick(emoji) * (1 + dice.below(2)) if dice.chance(0.25) else ""


def _strays(kind: str, text: str) -> bool:
    """Whether what should be off the topic has come onto it by chance."""
    return kind == "offtopic" and is_on_topic(text)


def _hashtags(dice: Dice, text: str, tags: list[str]) -> str:
    """Some tags for some posts; those that the topic needs where the words alone do not do."""
    chosen = [dice.pick(tags) for _ in range(1 + dice.below(2))] if dice.chance(0.15) else []
    if not _ABOUT.search(text):
        chosen.append("#OpenAI")
    if not _MATTER.search(text):
        chosen.append("#DeepSeek")
    fresh = [tag for tag in dict.fromkeys(chosen) if tag.lower() not in text.lower()]
    return "".join(f" {tag}" for tag in fresh)
