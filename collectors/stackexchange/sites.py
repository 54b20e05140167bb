"""Which sites of the Stack Exchange network a topic asks, and where on the web they are."""

import re

from groundswell.errors import TopicError
from groundswell.topic import Topic

SOURCE = "stackexchange"
DEFAULT_SITES = ("stackoverflow", "ai")

_OWN_DOMAINS = {
    "stackoverflow": "stackoverflow.com",
    "serverfault": "serverfault.com",
    "superuser": "superuser.com",
    "askubuntu": "askubuntu.com",
    "stackapps": "stackapps.com",
    "mathoverflow": "mathoverflow.net",
    "mathoverflow.net": "mathoverflow.net",
}
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")


def sites_of(topic: Topic | None) -> tuple[str, ...]:
    """The API's names of the topic's sites, each once; ``DEFAULT_SITES`` where it lists none.

    Raises ``TopicError`` for a text that names no site.
    """
    options = topic.sources.get(SOURCE) if topic else None
    listed = options.sites if options and options.sites else DEFAULT_SITES
    return tuple(dict.fromkeys(_name(text) for text in listed))


def host_of(site: str) -> str:
    """The site's place on the web: ``ai`` is ``ai.stackexchange.com``."""
    base = site.removesuffix(".stackoverflow").removesuffix(".mathoverflow.net")
    if base != site:
        return f"{site}.com" if site.endswith("stackoverflow") else site
    return _OWN_DOMAINS.get(site, f"{site}.stackexchange.com")


def _name(text: str) -> str:
    """A site as people write it (an address, a host name) in the API's own name for it."""
    host = re.sub(r"^https?://(www\.)?", "", text.strip().lower()).partition("/")[0]
    name = host.removesuffix(".com").removesuffix(".stackexchange")
    if not _NAME.fullmatch(name):
        raise TopicError(
            f"“{text}” is no site of Stack Exchange. Write its short name in [sources."
            f'{SOURCE}], as in sites = ["stackoverflow", "ai", "datascience"].'
        )
    return name
