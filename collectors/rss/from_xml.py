"""RSS, Atom and CDF, well formed or not, through feedparser."""

import calendar
import io
import re
from datetime import UTC, datetime
from time import struct_time
from typing import Any
from xml.sax import SAXParseException

import feedparser

from collectors._links import links_of
from collectors.rss.entry import (
    MOST_ENTRIES,
    Entry,
    Feed,
    NotAFeed,
    distinct,
    excerpt,
    plain,
    primary_lang,
    readable,
)
from groundswell.text import http_links

_EMAIL = re.compile(r"[\w.+\-]{1,64}@[\w.\-]{1,255}")


def from_xml(body: bytes, content_type: str, url: str) -> Feed:
    """The feed in ``body``. Raises ``NotAFeed``: feedparser itself takes a web page and an empty
    body for an empty feed, and only the missing version tells."""
    told = {"content-type": content_type, "content-location": url}
    # A stream, never bytes: feedparser takes those for a file name first.
    parsed = feedparser.parse(
        io.BytesIO(body),
        response_headers={name: value for name, value in told.items() if value},
        resolve_relative_uris=False,
        sanitize_html=False,  # every text becomes plain text here
    )
    version, is_cut = str(parsed.get("version") or ""), _is_cut(parsed.get("bozo_exception"))
    if not version and not parsed.entries:
        raise NotAFeed("it is no RSS, Atom or JSON feed, perhaps a web page")
    if is_cut and not parsed.entries:
        raise NotAFeed("it ends before its first entry")
    about = dict(parsed.feed)
    lang = about.get("language")
    return Feed(
        version=version,
        title=_shown(about, "title"),
        entries=tuple(_entry(dict(entry), lang) for entry in parsed.entries[:MOST_ENTRIES]),
        is_cut=is_cut,
    )


def _is_cut(fault: object) -> bool:
    """Whether the first fault of the XML was its end: the parser's own words say so."""
    said = fault.getMessage() if isinstance(fault, SAXParseException) else ""
    return said.startswith(("no element found", "unclosed"))


def _entry(own: dict[str, Any], feed_lang: Any) -> Entry:
    """``own`` is a plain dict: feedparser's kind answers "updated" with "published"."""
    text, is_excerpt = _body(own)
    link = plain(own.get("link"))
    hrefs = [item.get("href") for item in own.get("links") or []]
    return Entry(
        guid=plain(own.get("id")),
        link=link,
        title=_shown(own, "title"),
        text=text,
        excerpt=is_excerpt,
        author=_author(own),
        published=_moment(own.get("published_parsed")),
        updated=_moment(own.get("updated_parsed")),
        lang=primary_lang((own.get("title_detail") or {}).get("language") or feed_lang),
        tags=distinct(tag.get("term") for tag in own.get("tags") or []),
        links=http_links([link, *hrefs, *links_of(own.get("summary"))]),
        comments=_count(own.get("slash_comments")),
    )


def _body(own: dict[str, Any]) -> tuple[str | None, bool]:
    """The summary; without one, the beginning of the full text."""
    parts: list[dict[str, Any]] = own.get("content") or []
    full = next((part for part in parts if part.get("value")), {})
    if own.get("summary") and own["summary"] != full.get("value"):
        return _shown(own, "summary"), False
    return excerpt(readable(full.get("value"), full.get("type")))


def _author(own: dict[str, Any]) -> str | None:
    """The name; an e-mail address only where there is nothing else. feedparser's own splitting
    knows no endings longer than four letters."""
    author = plain(own.get("author"))
    name = _EMAIL.sub(" ", author or "").strip(" ()<>,;\t")
    return " ".join(name.split()) or author


def _shown(own: dict[str, Any], name: str) -> str | None:
    return readable(own.get(name), (own.get(f"{name}_detail") or {}).get("type"))


def _moment(parsed: struct_time | None) -> datetime | None:
    """UTC; None for no date, and for one that no calendar holds."""
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _count(value: Any) -> int | None:
    text = value.strip() if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
