"""Feeds of every format as plain values; what is no feed says so; hostile ones are stopped."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from collectors.rss.entry import EXCERPT_CHARS, Entry, Feed, NotAFeed
from collectors.rss.opml import feeds_of_opml
from collectors.rss.posts import names_of
from collectors.rss.reader import FeedReader
from collectors.rss.reading import read_feed
from groundswell.errors import TopicError

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "rss"


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


def rss(*items: str) -> bytes:
    """An RSS 2.0 feed of these items."""
    entries = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss version='2.0'><channel><title>x</title>{entries}</channel></rss>".encode()


def one(item: str) -> Entry:
    (entry,) = read_feed(rss(item)).entries
    return entry


def test_rss_entry_becomes_plain_values() -> None:
    first, second = read_feed(fixture("ordinary.xml")).entries
    assert first == Entry(
        guid="news-1",
        link="https://news.example/a",
        title="OpenAI accuses DeepSeek & others",
        text="It’s about distillation.\n\nSee the terms.",
        author="Sample Reporter",
        published=datetime(2025, 1, 28, 9, tzinfo=UTC),
        lang="en",
        tags=("AI", "Law"),
        links=("https://news.example/a", "https://law.example/x?a=1&b=2"),
        comments=14,
    )
    assert (second.guid, second.author, second.comments) == ("https://news.example/b", None, None)


def test_atom_entry_has_both_times_and_a_whole_link() -> None:
    (entry,) = read_feed(fixture("atom.xml"), url="https://blog.example/atom.xml").entries
    assert entry.title == "OpenAI & DeepSeek"
    assert entry.link == "https://blog.example/posts/1"
    assert entry.links == ("https://blog.example/posts/1", "https://blog.example/1.mp3")
    assert (entry.author, entry.lang) == ("Sample Blogger", "de")
    assert entry.published == datetime(2025, 1, 28, 9, tzinfo=UTC)
    assert entry.updated == datetime(2025, 1, 29, 8, tzinfo=UTC)


def test_json_feed_is_read_item_by_item() -> None:
    feed = read_feed(b"\xef\xbb\xbf" + fixture("feed.json"))
    first, second = feed.entries
    assert (feed.version, feed.title) == ("json", "Sample JSON Feed")
    assert (first.text, first.author, first.tags) == (
        "Hello & welcome",
        "Sample Writer",
        ("ai", "law"),
    )
    assert first.links == ("https://json.example/1", "https://law.example/y")
    assert first.published == datetime(2025, 1, 28, 9, tzinfo=UTC)
    assert (second.guid, second.text, second.published) == ("2", "plain <b>text</b>", None)
    assert [bad.raw for bad in feed.unreadable] == ['{"id":"3","tags":"not a list"}', "7"]
    assert "tags" in feed.unreadable[0].reason


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><head><title>Sign in</title></head><body><form></form></body></html>",
        b"<!DOCTYPE html><html><p>Enable JavaScript</html>",
        b"not a feed",
        b'{"version": "2", "items": []}',
        b'{"items": [',
        b"[1]",
        b"{" * 100_000,
        b"/etc/hostname",
        b"https://127.0.0.1/feed",
    ],
)
def test_t_rss_1_login_page_is_not_an_empty_feed(body: bytes) -> None:
    with pytest.raises(NotAFeed):
        read_feed(body)


def test_an_empty_feed_is_a_feed() -> None:
    assert read_feed(rss()).entries == ()


def test_t_rss_2_entries_without_an_id_of_their_own_are_kept_apart() -> None:
    feed = read_feed(fixture("ugly.xml"))
    names = names_of(feed.entries)
    assert len(feed.entries) == 9
    assert len(set(names)) == 8  # one stands there twice, word for word
    assert names == names_of(feed.entries)
    assert sorted(names_of(feed.entries[::-1])) == sorted(names)


def test_names_do_not_depend_on_an_entry_standing_there_twice() -> None:
    entry = one("<title>a</title>")
    assert names_of([entry, entry]) == names_of([entry]) * 2


def test_a_guid_alone_names_an_entry_whatever_else_changes() -> None:
    before = one("<guid>g</guid><title>a</title>")
    after = one("<guid>g</guid><title>a, corrected</title>")
    assert names_of([before]) == names_of([after]) == ["g"]


def test_a_guid_as_long_as_a_book_is_hashed() -> None:
    assert len(names_of([Entry(guid="g" * 100_000)])[0]) == 64


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("28/01/2025", None),
        ("", None),
        ("yesterday", None),
        ("Tue, 28 Jan 2025 10:00:00 +0530", datetime(2025, 1, 28, 4, 30, tzinfo=UTC)),
        ("Tue, 28 Jan 2025 10:00:00 EST", datetime(2025, 1, 28, 15, tzinfo=UTC)),
        ("2025-01-28T10:00:00", datetime(2025, 1, 28, 10, tzinfo=UTC)),
        ("Tue, 28 Jan 2031 10:00:00 GMT", datetime(2031, 1, 28, 10, tzinfo=UTC)),
    ],
)
def test_t_rss_3_dates_that_are_none_stay_none(date: str, moment: datetime | None) -> None:
    assert one(f"<title>a</title><pubDate>{date}</pubDate>").published == moment


def test_t_rss_6_scripts_in_titles_are_dropped() -> None:
    entry = read_feed(fixture("ugly.xml")).entries[0]
    assert entry.title == "OpenAI bold"
    assert entry.links == ()
    atom = b"""<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id>
        <title type='text'>&lt;script>alert(1)&lt;/script>Hello</title></entry></feed>"""
    assert read_feed(atom).entries[0].title == "Hello"


def test_entities_are_decoded_once() -> None:
    assert one("<title>AT&amp;amp;T &amp;lt;b&amp;gt;</title>").title == "AT&T <b>"
    assert one("<title>a &lt; b</title>").title == "a < b"


def test_a_full_text_without_a_summary_is_cut_to_an_excerpt() -> None:
    full = "<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>{}</content:encoded>"
    short = one("<title>a</title>" + full.format("three words only"))
    assert (short.text, short.excerpt) == ("three words only", False)
    long = one("<title>a</title>" + full.format("word " * 1000))
    assert long.excerpt
    assert long.text is not None
    assert len(long.text) <= EXCERPT_CHARS + 2


def test_an_address_stands_for_an_author_without_name() -> None:
    assert one("<title>a</title><author>sample@news.example (Sample)</author>").author == "Sample"
    assert one("<title>a</title><author>sample@news.example</author>").author


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<?xml version='1.0' encoding='utf-8'?>" + rss("<title>caf\xe9</title>"), ""),
        (rss("<title>caf</title>").replace(b"caf", "café".encode("cp1252")), ""),
        (rss("<title>caf</title>").replace(b"caf", "café".encode()), "text/xml; charset=utf-9"),
    ],
)
def test_wrong_charsets_do_not_lose_the_feed(body: bytes, content_type: str) -> None:
    (entry,) = read_feed(body, content_type=content_type).entries
    assert (entry.title or "").startswith("caf")


BILLION_LAUGHS = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;">]>"""
OUTSIDE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("doctype", [BILLION_LAUGHS, OUTSIDE])
def test_entities_of_a_document_are_not_expanded(doctype: bytes) -> None:
    feed = read_feed(doctype + rss("<title>[&e;]</title>"))
    assert all(len(entry.title or "") < 100 for entry in feed.entries)
    hostname = Path("/etc/hostname")
    secret = hostname.read_text().strip() if hostname.exists() else "no such file"
    assert secret not in str(feed)


def test_quadratic_blowup_stays_small() -> None:
    doctype = b'<!DOCTYPE x [<!ENTITY e "' + b"a" * 100_000 + b'">]>'
    feed = read_feed(doctype + rss("<title>" + "&e;" * 1000 + "</title>"))
    assert len(str(feed)) < 1_000_000


def test_100_000_nested_tags_are_read_or_refused() -> None:
    deep = "<b>" * 100_000 + "</b>" * 100_000
    assert read_feed(rss(f"<title>a</title><description>{deep}</description>")).entries


@given(st.text(max_size=60))
def test_any_text_in_a_title_comes_out_printable(text: str) -> None:
    safe = "".join(c for c in text if c >= " " and not 0xD800 <= ord(c) <= 0xDFFF)
    body = rss(
        f"<title><![CDATA[{safe.replace(']]>', '')}]]></title><link>https://a.example</link>"
    )
    for entry in read_feed(body).entries:
        assert "\x00" not in (entry.title or "")
        (entry.title or "").encode("utf-8")


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda part: st.lists(part, max_size=2) | st.dictionaries(st.text(), part, max_size=2),
    max_leaves=4,
)
KEYS = ("id", "url", "title", "summary", "content_html", "content_text", "date_published")
MORE = ("date_modified", "author", "authors", "tags", "language", "external_url")


@given(st.lists(st.dictionaries(st.sampled_from(KEYS + MORE), ANYTHING) | ANYTHING, max_size=4))
def test_every_item_of_a_json_feed_is_an_entry_or_unreadable(items: list[Any]) -> None:
    value = {"version": "https://jsonfeed.org/version/1.1", "items": items}
    feed = read_feed(json.dumps(value).encode())
    assert len(feed.entries) + len(feed.unreadable) == len(items)
    TypeAdapter(Feed).dump_json(feed)  # fit to leave the reader's process


# --- the reader in its own process


async def test_reader_answers_like_the_parser_does() -> None:
    async with FeedReader() as reader:
        for name in ("ordinary.xml", "ugly.xml", "atom.xml", "feed.json"):
            assert await reader.read(fixture(name)) == read_feed(fixture(name))
        with pytest.raises(NotAFeed, match="web page"):
            await reader.read(b"<html></html>")


async def test_t_rss_7_a_parse_that_takes_too_long_is_stopped_and_the_next_feed_read() -> None:
    async with FeedReader(limit_s=5.0) as reader:
        await reader.read(fixture("atom.xml"))
        reader._limit_s = 0.2
        with pytest.raises(NotAFeed, match=r"within 0\.2 s"):
            await reader.read(b"<rss><channel>" + b"<a>" * 1_600_000)
        reader._limit_s = 30.0
        assert (await reader.read(fixture("atom.xml"))).entries


async def test_a_crash_of_the_parser_is_no_crash_of_ours() -> None:
    async with FeedReader() as reader:
        await reader.read(fixture("atom.xml"))
        assert reader._worker is not None
        reader._worker.process.kill()
        with pytest.raises(NotAFeed, match="broke"):
            await reader.read(fixture("atom.xml"))
        assert (await reader.read(fixture("atom.xml"))).entries


async def test_a_cancelled_read_does_not_answer_the_next() -> None:
    async with FeedReader() as reader:
        with anyio.move_on_after(0.05):
            await reader.read(b"<rss><channel>" + b"<a>" * 1_600_000)
        assert (await reader.read(fixture("atom.xml"))).version == "atom10"


# --- lists of feeds


def test_opml_lists_web_addresses_once_in_order() -> None:
    assert feeds_of_opml(fixture("subscriptions.opml")) == (
        "https://news.example/rss?a=1&b=2",
        "https://blog.example/atom.xml",
    )


@pytest.mark.parametrize(
    ("opml", "said"),
    [
        (b"", "line 1"),
        (b"<opml><body>\n<outline xmlUrl='https://a.example'", "line 2"),
        (b"<html></html>", "not OPML but <html>"),
        (BILLION_LAUGHS + b"<opml>&e;</opml>", "entities"),
        (OUTSIDE + b"<opml>&e;</opml>", "entities"),
        (b" " * (5 * 1024 * 1024 + 1), "larger"),
    ],
)
def test_what_is_no_opml_is_said_by_line(opml: bytes, said: str) -> None:
    with pytest.raises(TopicError, match=said):
        feeds_of_opml(opml, "feeds.opml")


def test_deep_opml_is_flat_to_us() -> None:
    deep = (
        b"<outline>" * 100_000 + b"<outline xmlUrl='https://a.example/'/>" + b"</outline>" * 100_000
    )
    assert feeds_of_opml(b"<opml>" + deep + b"</opml>") == ("https://a.example/",)
