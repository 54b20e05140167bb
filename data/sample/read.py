"""Reads the sample with the model in data/models, once: ``make demo`` need not do it again.

Run it after the model or the posts have changed: ``python data/sample/read.py``.
"""

import asyncio
from pathlib import Path

from collectors.file_import import FileImport
from groundswell import scoring
from groundswell.cleaning import cleaned
from groundswell.post import EARLIEST_PLAUSIBLE, Post
from groundswell.run import fits, utc_now
from groundswell.scoring import prepared
from groundswell.scoring.crew import cores
from groundswell.settings import Settings
from groundswell.source import Ask
from groundswell.topic import Topic, load

FOLDER = Path(__file__).resolve().parent
FILE = FOLDER / "readings.jsonl.gz"


def main(file: Path = FILE) -> None:
    """Writes the readings of all posts of the sample that fit its topic to ``file``."""
    story = load(FOLDER / "topic.toml")
    posts = asyncio.run(posts_of(story))
    prepared.write(file, posts, scoring.read(posts, story.targets, workers=cores()))


async def posts_of(story: Topic) -> list[Post]:
    """The posts of the sample as ``import`` takes them."""
    source = FileImport(Settings(), files=[FOLDER / "posts.jsonl.gz"])
    now = utc_now()
    ask = Ask(topic=story, span=(story.since or EARLIEST_PLAUSIBLE, now), now=now)
    found = []
    async for page in source.pages(ask):
        items = source.posts(page) if page.body is not None else ()
        found += [cleaned(item) for item in items if isinstance(item, Post)]
    return [post for post in found if fits(story, post)]


if __name__ == "__main__":
    main()
