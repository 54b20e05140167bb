"""Bytes to feed, whatever the format; runs in the process of ``collectors.rss.reader``."""

from collectors.rss.entry import Feed
from collectors.rss.from_json import from_json
from collectors.rss.from_xml import from_xml

_BEFORE_JSON = b"\xef\xbb\xbf \t\r\n"


def read_feed(body: bytes, *, content_type: str = "", url: str = "") -> Feed:
    """The feed in ``body``. ``content_type`` helps with its encoding, ``url`` with relative links.

    Raises ``NotAFeed``. An empty feed is a feed; a login page is not one.
    """
    if body.lstrip(_BEFORE_JSON)[:1] in (b"{", b"["):
        return from_json(body)
    return from_xml(body, content_type, url)
