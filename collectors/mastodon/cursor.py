"""What is remembered of instances between runs: the tags for which their coverage stands.

Where to go on is said by the coverage itself, for ids are times. Which tags were read it cannot
say: a tag that is added to a topic has its whole past still to be read.
"""

from datetime import UTC, datetime
from typing import Literal

from collectors._cursor import Remembered, read_back


class Cursor(Remembered):
    """``read`` are the tags of each instance, by its key, lower case."""

    source: Literal["mastodon"] = "mastodon"
    read: dict[str, tuple[str, ...]] = {}

    def having_read(self, key: str, tags: tuple[str, ...]) -> "Cursor":
        """From now on the coverage of ``key`` stands for ``tags``, no more and no less."""
        return self.model_copy(update={"read": {**self.read, key: tags}})


def read_cursor(written: str | None, topic: str) -> Cursor:
    """The cursor in ``written``; an empty one for None. Raises ``StateError``: starting again from
    nothing would hide that a tag was not read."""
    what = f"mastodon: what was remembered of the instances of {topic!r}"
    return read_back(Cursor, written, what, datetime.now(UTC))  # it holds no times
