"""The wire in: the sources Groundswell can ask, by name; a new one is one line here."""

from typing import Any

from collectors.bluesky import Bluesky
from collectors.file_import import FileImport
from collectors.hackernews import HackerNews
from collectors.rss import Rss

# Each is built as ``SOURCES[name](settings)`` and is a ``groundswell.source.Collector``.
SOURCES: dict[str, type[Any]] = {
    "bluesky": Bluesky,
    "hackernews": HackerNews,
    "rss": Rss,
    "import": FileImport,
}
