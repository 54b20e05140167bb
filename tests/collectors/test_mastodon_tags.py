"""What a topic says of Mastodon, which tags its coverage stands for, and where a limit ends a run."""

from datetime import timedelta

import pytest

from collectors.mastodon_cursor import read_cursor
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


async def test_tags_share_a_walk_and_a_sixth_one_gets_its_own() -> None:
    """Mastodon takes four more tags beside the one in the path."""
    tags = [f"tag{n}" for n in range(6)]
    site = MastodonSite([status(SINCE + HOUR, tags=[{"name": tag}]) for tag in tags])
    with site.serving():
        pages = await pages_of(collector(), wanted(site, tags=tags))
    asked = {call.path.rpartition("/")[2] for call in site.web.calls if "/tag/" in call.path}
    assert asked == {"tag0", "tag5"}
    assert len(posts_of(collector(), pages)) == 6
    assert spans(pages) == [(SINCE, NOW, "complete")]


async def test_a_window_is_not_settled_before_the_last_group_of_tags_is_read() -> None:
    tags = [f"tag{n}" for n in range(6)]
    site = MastodonSite([status(SINCE + n * HOUR, tags=[{"name": "tag0"}]) for n in range(90)])
    with site.serving():
        pages = await pages_of(collector(), wanted(site, tags=tags))
    settling = [page for page in pages if page.coverage]
    assert all("/tag5?" in page.url for page in settling)


async def test_software_that_may_not_know_several_tags_is_asked_for_each() -> None:
    site = MastodonSite()
    site.any_known, site.instance = False, None
    site.version_of_old = "2.8.0 (compatible; Friendica 2023.05)"
    site.statuses = [status(SINCE + HOUR, tags=[{"name": tag}]) for tag in ("openai", "deepseek")]
    with site.serving():
        pages = await pages_of(collector(), wanted(site, tags=["openai", "DeepSeek", "#OpenAI"]))
    assert len(posts_of(collector(), pages)) == 2


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
