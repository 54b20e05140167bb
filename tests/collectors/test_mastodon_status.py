"""One status of any software as a post: words, people, links, quotes, and what is refused."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.mastodon.ids import id_at, time_of
from collectors.mastodon.sight import Options, Sight
from collectors.mastodon.walk import link_ids
from groundswell.post import Post, Rejected
from groundswell.query import parse
from tests.collectors.asks import NOW, SINCE
from tests.collectors.mastodon_desk import read_one
from tests.collectors.sites.mastodon import account, status, written

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def post(sight: Sight | None = None, **more: Any) -> Post:
    (found,) = read_one(sight=sight, **more)
    assert isinstance(found, Post)
    return found


def test_an_ordinary_status_is_read_whole() -> None:
    found = post(text="OpenAI &amp; others<br>say")
    assert found.text == "OpenAI & others\nsay"
    assert found.uri.startswith("https://home.example/users/sample-user-17/statuses/")
    assert found.url == found.uri.replace("/users/", "/@").replace("/statuses", "")
    assert (found.author, found.author_id) == ("sample-user-17@home.example",) * 2
    assert (found.author_name, found.instance) == ("Sample User", "seen.example")
    assert (found.created_at, found.first_seen_at) == (SINCE, NOW)
    assert (found.likes, found.reposts, found.replies, found.quotes) == (3, 2, 1, 0)
    assert (found.lang_declared, found.tags, found.labels) == ("en", ("openai",), ())
    assert (found.version, found.edited_at, found.withheld) == (None, None, None)


def test_the_content_warning_is_part_of_the_message() -> None:
    """T-MAS-6: who folds a post under a warning has said the warning first."""
    assert post(spoiler_text="About OpenAI", text="it lies").text == "About OpenAI\n\nit lies"


def test_content_is_html_and_entities_are_decoded_once() -> None:
    """T-MAS-6."""
    assert post(content="<p>a &amp;lt; b</p><p>c</p>").text == "a &lt; b\n\nc"


def test_a_boost_is_the_post_it_boosts() -> None:
    """T-MAS-6: the one who boosts has said nothing of their own."""
    boosted = status(SINCE, "OpenAI said it")
    (found,) = read_one(status(NOW, "", reblog=boosted, account=account("booster"), uri="x:1"))
    assert isinstance(found, Post)
    assert (found.uri, found.text) == (boosted["uri"], "OpenAI said it")
    assert found.author == "sample-user-17@home.example"


@pytest.mark.parametrize("visibility", ["private", "direct", "local", "unlisted"])
def test_only_public_posts_are_taken(visibility: str) -> None:
    """T-MAS-8: unlisted ones by choice, others never."""
    unlisted = Sight(options=Options(unlisted=True))
    assert read_one(visibility=visibility) == []
    taken = read_one(sight=unlisted, visibility=visibility)
    assert len(taken) == (visibility == "unlisted")
    assert read_one(status(SINCE, reblog=status(SINCE, visibility=visibility))) == []


def test_what_is_chosen_of_unlisted_posts_is_labelled() -> None:
    unlisted = Sight(options=Options(unlisted=True))
    assert "unlisted" in post(unlisted, visibility="unlisted").labels


def test_poll_options_are_said_too() -> None:
    poll = {"options": [{"title": "Yes"}, {"title": "No"}, {"title": None}]}
    assert post(text="Is it theft?", poll=poll).text == "Is it theft?\n\n- Yes\n- No"


def test_pictures_are_read_by_their_descriptions() -> None:
    pictures = [{"description": "A chart"}, {"description": None}, {"description": "A face"}]
    assert post(media_attachments=pictures).alt_text == "A chart\nA face"


def test_a_card_gives_its_address_and_words() -> None:
    card = {"url": "https://news.example/a", "title": "News", "description": "About OpenAI"}
    found = post(card=card)
    assert (found.card_url, found.card_text) == ("https://news.example/a", "News\nAbout OpenAI")
    assert found.links == ("https://news.example/a",)
    assert post(card={"url": "javascript:alert(1)", "title": "x"}).card_text is None


def test_links_are_those_of_the_author_and_not_of_names_and_tags() -> None:
    content = (
        '<p><a href="https://a.example/@x" class="u-url mention">@x</a> '
        '<a href="https://a.example/tags/y" class="mention hashtag" rel="tag">#y</a> '
        '<a href="https://news.example/?a=1&amp;b=2">news</a> <a href="javascript:x">z</a></p>'
    )
    assert post(content=content).links == ("https://news.example/?a=1&b=2",)


def test_mentions_are_whole_handles() -> None:
    mentions = [
        {"acct": "member", "url": "https://seen.example/@member"},
        {"acct": "other@far.example", "url": "https://far.example/@other"},
        {"acct": None},
    ]
    found = post(Sight(domain="named.example"), mentions=mentions)
    assert found.mentions == ("member@named.example", "other@far.example")
    assert post(mentions=mentions).mentions[0] == "member@seen.example"


def test_a_member_has_the_same_key_on_every_server() -> None:
    at_home = post(Sight(domain="home.example"), account=account(acct="Sample-User-17"))
    afar = post(account=account(acct="sample-user-17@home.example"))
    assert at_home.author_id == afar.author_id


def test_the_parent_is_named_where_its_address_is_known() -> None:
    known = Sight(uris={"7": "https://far.example/7"})
    assert post(known, in_reply_to_id="7").reply_to == "https://far.example/7"
    assert post(known, in_reply_to_id="8").reply_to is None


def test_an_edit_is_a_version() -> None:
    found = post(edited_at="2025-01-29T10:00:00.000Z")
    assert found.edited_at == datetime(2025, 1, 29, 10, tzinfo=UTC)
    assert found.version == "2025-01-29T10:00:00+00:00"


def test_a_quote_of_4_5_is_read_with_its_words_and_without_its_line() -> None:
    inner = status(SINCE, "Quoted words")
    line = '<p class="quote-inline">RE: <a href="https://x.example/1">https://x.example/1</a></p>'
    content = f"{line}<p>My words</p>"
    found = post(content=content, quote={"state": "accepted", "quoted_status": inner})
    assert (found.quote_of, found.quoted_text) == (inner["uri"], "Quoted words")
    assert (found.text, found.links) == ("My words", ())
    assert "RE:" in post(content=content).text  # the server knows of no quote


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({"quote": {"state": "accepted", "quoted_status_id": "7"}}, "https://far.example/7"),
        ({"quote": {"state": "accepted", "quoted_status_id": "8"}}, None),
        ({"quote": {"state": "deleted", "quoted_status": None}}, None),
        ({"quote_id": "7"}, "https://far.example/7"),
        ({"quote": None, "pleroma": {"quote_url": "https://p.example/1"}}, "https://p.example/1"),
        ({"quote": status(SINCE, uri="https://akkoma.example/1")}, "https://akkoma.example/1"),
    ],
)
def test_quotes_in_their_other_shapes(fields: dict[str, Any], address: str | None) -> None:
    assert post(Sight(uris={"7": "https://far.example/7"}), **fields).quote_of == address


def test_counts_that_are_not_said_are_unknown() -> None:
    own = status(SINCE, favourites_count=None)
    del own["quotes_count"]
    (found,) = read_one(own)
    assert isinstance(found, Post)
    assert (found.likes, found.quotes, found.replies) == (None, None, 1)


@pytest.mark.parametrize(
    ("tag", "language"), [("zh-CN", "zh"), ("pt_BR", "pt"), ("EN", "en"), ("", None), (7, None)]
)
def test_the_language_is_a_primary_subtag(tag: Any, language: str | None) -> None:
    assert post(language=tag).lang_declared == language


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"uri": None}, "uri"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"created_at": None}, "created_at"),
        ({"account": None}, "account.acct"),
    ],
)
def test_what_is_no_post_is_rejected_whole_with_the_field(
    fields: dict[str, Any], named: str
) -> None:
    own = status(SINCE, **fields)
    (refused,) = read_one(own)
    assert isinstance(refused, Rejected)
    assert (refused.field_name, refused.place) == (named, "status 1")
    assert json.loads(refused.raw) == own


def test_a_renamed_field_is_rejected_and_an_empty_body_is_not() -> None:
    own = status(SINCE)
    del own["content"]
    assert isinstance(read_one(own)[0], Rejected)
    assert post(content=None, spoiler_text="OpenAI").text == "OpenAI"


def test_a_time_without_a_zone_is_utc() -> None:
    assert post(created_at="2025-01-29T10:00:00").created_at == datetime(
        2025, 1, 29, 10, tzinfo=UTC
    )


def test_the_raw_item_says_whose_number_it_holds() -> None:
    raw = json.loads(post().raw)
    assert raw["__groundswell"] == {"instance": "seen.example"}
    forged = status(SINCE, __groundswell={"instance": "evil.example"})
    (found,) = read_one(forged)
    assert isinstance(found, Post)
    assert json.loads(found.raw)["__groundswell"] == {"instance": "seen.example"}


@given(JSON)
def test_whatever_stands_for_a_status_is_read_or_rejected(value: Any) -> None:
    assert all(isinstance(item, Post | Rejected) for item in read_one(value))


@given(st.sampled_from(sorted(status(SINCE))), JSON)
def test_whatever_stands_in_a_field_costs_at_most_its_post(name: str, value: Any) -> None:
    for sight in (None, Sight(uris={"7": "x:7"}, query=parse("openai"))):
        found = read_one({**status(SINCE), name: value}, sight)
        assert all(isinstance(item, Post | Rejected) for item in found)


@given(st.sampled_from(sorted(account())), JSON)
def test_whatever_stands_in_a_profile_costs_at_most_its_post(name: str, value: Any) -> None:
    found = read_one(status(SINCE, account={**account(), name: value}))
    assert all(isinstance(item, Post | Rejected) for item in found)


@given(st.integers(min_value=946_684_800_000_000, max_value=4_070_908_800_000_000))
def test_an_id_of_a_time_is_that_time_to_the_millisecond(microseconds: int) -> None:
    """T-MAS-4: whole seconds would lose up to a second of posts at each edge."""
    moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)
    told = time_of(id_at(moment))
    assert told is not None
    assert timedelta(0) <= moment - told < timedelta(milliseconds=1)
    assert int(id_at(moment + timedelta(milliseconds=1))) > int(id_at(moment))


@pytest.mark.parametrize("number", ["", "A1", "²", "-5", None, 7, "9" * 40, "1"])
def test_other_ids_are_no_times(number: Any) -> None:
    """T-MAS-4: ids of other software are text."""
    assert time_of(number) is None


@given(st.text())
def test_no_link_header_is_too_odd(header: str) -> None:
    assert isinstance(link_ids({"link": header}), dict)


def test_a_link_header_gives_both_neighbours() -> None:
    header = (
        '<https://a.example/tag/x?limit=5&max_id=3>; rel="next", '
        '<https://a.example/tag/x?min_id=9&limit=5>; rel="prev"'
    )
    assert link_ids({"link": header}) == {"next": "3", "prev": "9"}


def test_times_are_written_as_mastodon_writes_them() -> None:
    assert written(SINCE) == "2025-01-20T00:00:00.000Z"
