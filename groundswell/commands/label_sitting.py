"""One labeller at a terminal: a post, a key, the next post."""

import time
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import click

from groundswell import home_labels
from groundswell.commands import label_words as words
from groundswell.commands.options import say
from groundswell.settings import Settings
from groundswell.store.rows import Record

KEYS = {"a": "against", "n": "none", "f": "favor", "u": "unclear", "o": "off_topic", "s": "skip"}
UNDO, QUIT = "z", "q"
FETCHED = 20  # posts at a time: each look opens the database


class Place(NamedTuple):
    """What is labelled, by whom; ``differing``: only where labellers do not agree."""

    topic: str
    target: str
    labeller: str
    differing: bool = False

    def said(self) -> Record:
        """As ``label_records`` takes it."""
        return {"topic": self.topic, "target": self.target, "labeller": self.labeller}


def sit(settings: Settings, place: Place, read_key: Callable[[], str]) -> Counter[str]:
    """Asks for a label of each post that waits until none does or the labeller quits; how often
    each label was given. Every label is stored at once, so that one can stop at any time."""
    given: Counter[str] = Counter()
    passed: list[int] = []
    posts = _waiting(settings, place, passed)
    if not posts:
        say(words.nothing_waits(place.topic, place.target, differing=place.differing))
    while posts:
        key, took_s = _asked(posts[0], place, read_key)
        if key == QUIT:
            break
        if key == UNDO:
            back = home_labels.edit(settings, "undo", place.said())["post_no"]
            say("Nothing to take back." if back is None else "Taken back; here it is again.")
            passed = [post_no for post_no in passed if post_no != back]
            posts = _waiting(settings, place, passed)
            continue
        post_no = posts.pop(0)["post_no"]
        said = {"post_no": post_no, "label": KEYS[key], "took_s": took_s}
        home_labels.edit(settings, "give", place.said() | said)
        given[KEYS[key]] += 1
        passed.append(post_no)
        posts = posts or _waiting(settings, place, passed)
    say(words.sat(given))
    return given


def _waiting(settings: Settings, place: Place, passed: list[int]) -> list[Record]:
    asked = {"limit": FETCHED, "differing": str(place.differing).lower(), "passed": passed}
    if not place.differing:
        asked = {"limit": FETCHED}  # what was labelled waits no more
    return home_labels.queue(settings, place.said() | asked)


def _asked(post: Record, place: Place, read_key: Callable[[], str]) -> tuple[str, float]:
    """The key pressed for a post, one of those that mean something, and after how many seconds."""
    click.echo(words.post(post))
    click.echo(words.keys(place.target))
    began_s = time.monotonic()
    while True:
        try:
            key = read_key().lower()
        except EOFError:
            key = QUIT
        if key in KEYS or key in (UNDO, QUIT):
            return key, round(time.monotonic() - began_s, 2)
        click.echo(words.keys(place.target))
