"""A small world for each source in which the contract is tried; a new source adds its line here."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from tests.conformance.case import Case
from tests.conformance.cases import (
    bluesky,
    discourse,
    file_import,
    hackernews,
    jetstream,
    lemmy,
    mastodon,
    reddit,
    rss,
    stackexchange,
    x,
    youtube,
)

CASES: dict[str, Callable[[Path], AbstractContextManager[Case]]] = {
    "bluesky": bluesky.case,
    "discourse": discourse.case,
    "hackernews": hackernews.case,
    "import": file_import.case,
    "jetstream": jetstream.case,
    "lemmy": lemmy.case,
    "mastodon": mastodon.case,
    "reddit": reddit.case,
    "rss": rss.case,
    "stackexchange": stackexchange.case,
    "x": x.case,
    "youtube": youtube.case,
}
