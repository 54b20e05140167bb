"""What a topic says of Mastodon, which tags its coverage stands for, where a limit ends a run."""

from datetime import timedelta

import pytest

from collectors.mastodon.cursor import read_cursor
from groundswell.coverage import Coverage, merge
from groundswell.errors import StateError, TopicError
from groundswell.source import Page
from groundswell.topic import SourceOptions
from tests.collectors.asks import NOW, SINCE, coverage_of, pages_of, posts_of, topic
from tests.collectors.mastodon_desk import after, collector, wanted
from tests.collectors.sites.mastodon import MastodonSite, status

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def spans(pages: list[Page]) -> list[tuple[object, ...]]:
    """All windows said, merged, without counts."""
    return [(c.start, c.end, c.status) for c in merge([], coverage_of(pages))]


async def test_each_tag_is_asked_for_once_and_a_post_with_two_is_read_once() -> None:
    """Not several at once: software that does not know ``any[]`` would leave a hole in silence."""
    both = [{"name": "openai"}, {"name": "deepseek"}]
    site = MastodonSite([status(SINCE + HOUR, tags=both), status(SINCE + HOUR)])
    site.statuses.append(status(SINCE + HOUR, tags=both[1:]))
    with site.serving():
        pages = await pages_of(collector(), wanted(site, tags=["openai", "DeepSeek", "#OpenAI"]))
    asked = [call.path.rpartition("/")[2] for call in site.web.calls if "min_id" in call.query]
    assert sorted(set(asked)) == ["deepseek", "openai"]
    assert not [call for call in site.web.calls if "any[]" in call.query]
    assert len(posts_of(collector(), pages)) == 3
    assert spans(pages) == [(SINCE, NOW, "complete")]


async def test_a_window_is_not_settled_before_its_last_tag_is_read() -> None:
    site = MastodonSite([status(SINCE + n * HOUR) for n in range(90)])
    with site.serving():
        pages = await pages_of(collector(), wanted(site, tags=["openai", "deepseek"]))
    assert all("/deepseek?" in page.url for page in pages if page.coverage)
    assert spans(pages) == [(SINCE, NOW, "complete")]


async def test_a_tag_that_is_added_to_a_topic_is_read_for_the_whole_past() -> None:
    """Coverage alone cannot say for which tags it stands; the cursor does."""
    old = status(SINCE + HOUR, tags=[{"name": "deepseek"}])
    site = MastodonSite([old, status(SINCE + HOUR)])
    with site.serving():
        first_ask = wanted(site)
        first = await pages_of(collector(), first_ask)
        more = after(first_ask, first, topic=wanted(site, tags=["openai", "deepseek"]).topic)
        second = await pages_of(collector(), more)
        third = await pages_of(collector(), after(more, second))
    assert old["uri"] in {post.uri for post in posts_of(collector(), second)}
    assert old["uri"] not in {post.uri for post in posts_of(collector(), third)}
    cursor = read_cursor(after(more, second).cursor, "sample")
    assert cursor.read == {site.web.url: ("openai", "deepseek")}


@pytest.mark.parametrize("cursor", ["", "{", "[]", '{"version":2}', '{"version":1,"feeds":{}}'])
async def test_a_cursor_that_cannot_be_read_is_loud_and_nothing_is_asked(cursor: str) -> None:
    site = MastodonSite()
    with site.serving(), pytest.raises(StateError, match="backup"):
        await pages_of(collector(), wanted(site, cursor=cursor))
    assert site.web.calls == []


async def test_what_is_known_from_the_future_yields_nothing_and_recovers() -> None:
    site = MastodonSite([status(NOW - HOUR)])
    far = Coverage(start=SINCE, end=NOW + 300 * DAY, status="complete")
    with site.serving():
        known = {site.web.url: [far]}
        cursor = read_cursor(None, "sample").having_read(site.web.url, ("openai",))
        ask = wanted(site, known_by=known, cursor=cursor.model_dump_json())
        assert posts_of(collector(), await pages_of(collector(), ask)) == []
        assert len(posts_of(collector(), await pages_of(collector(), wanted(site)))) == 1


async def test_a_limit_keeps_the_oldest_and_the_rest_is_said_to_be_unread() -> None:
    site, unasked = MastodonSite(), MastodonSite()
    uris = site.publish(90, start=NOW - 5 * DAY, step=HOUR)
    with site.serving(), unasked.serving():
        pages = await pages_of(collector(), wanted(site, unasked, limit=50))
    assert {post.uri for post in posts_of(collector(), pages)} == set(uris[:50])
    assert {c.status for c in coverage_of(pages) if c.end == NOW} == {"truncated", "gap"}
    assert unasked.web.calls == []


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"instances": ["mastodon.social"]},
        {"tags": ["openai"]},
        {"instances": ["mastodon.social"], "tags": ["#"]},
        {"instances": ["not a host"], "tags": ["openai"]},
        {"instances": ["ftp://mastodon.social"], "tags": ["openai"]},
        {"instances": ["https://user@mastodon.social"], "tags": ["openai"]},
        {"instances": ["mastodon.social"], "tags": ["openai"], "unlisted": "yes"},
    ],
)
async def test_a_topic_that_does_not_say_what_to_read_is_told_so(
    options: dict[str, object],
) -> None:
    asked = wanted("mastodon.social")
    own = topic("openai", mastodon=options)
    with pytest.raises(TopicError):
        await pages_of(collector(), after(asked, [], topic=own))
    assert isinstance(own.sources["mastodon"], SourceOptions)
