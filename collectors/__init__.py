"""The wire in: the sources Groundswell can ask, by name; a new one is one line here.

Other packages add theirs by an entry point; see docs/plugins.md.
"""

from typing import Any

# Each is built as ``SOURCES[name](settings)`` and is a ``groundswell.source.Collector``.
SOURCES: dict[str, type[Any]]


def __getattr__(name: str) -> Any:
    """Makes ``SOURCES`` when it is first asked for: loading all sources takes most of a second,
    which the process that reads feeds, and others that need one source, do not pay."""
    if name != "SOURCES":
        raise AttributeError(f"module 'collectors' has no attribute {name!r}")
    from collectors.bluesky.collector import Bluesky
    from collectors.discourse.collector import Discourse
    from collectors.file_import import FileImport
    from collectors.hackernews.collector import HackerNews
    from collectors.jetstream.collector import Jetstream
    from collectors.lemmy.collector import Lemmy
    from collectors.mastodon.collector import Mastodon
    from collectors.plugins import with_plugins
    from collectors.reddit.collector import Reddit
    from collectors.rss.collector import Rss
    from collectors.stackexchange.collector import StackExchange
    from collectors.x.collector import X
    from collectors.youtube.collector import YouTube

    found = {
        "bluesky": Bluesky,
        "discourse": Discourse,
        "hackernews": HackerNews,
        "import": FileImport,
        "jetstream": Jetstream,
        "lemmy": Lemmy,
        "mastodon": Mastodon,
        "reddit": Reddit,
        "rss": Rss,
        "stackexchange": StackExchange,
        "x": X,
        "youtube": YouTube,
    }
    globals()["SOURCES"] = with_plugins(found)
    return globals()["SOURCES"]
