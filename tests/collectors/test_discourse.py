"""What a run brings from Discourse forums: whole topics, honest windows, several forums."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from collectors._http import Http
from collectors.discourse.collector import Discourse
from groundswell.coverage import Coverage
from groundswell.errors import BadAnswer, Closed, TopicError, Unreachable
from groundswell.post import Deletion, Hiding, Missing, Post, Rejected
from groundswell.settings import Settings
from groundswell.source import Stored
from groundswell.topic import Topic
from tests.collectors.asks import (
    NOW,
    SINCE,
    ask,
    coverage_of,
    items_of,
    others_of,
    pages_of,
    pages_until,
    posts_of,
    topic,
)
from tests.collectors.clock import Clock
from tests.collectors.sites.discourse import NOT_FOUND, DiscourseSite, as_json, refused
from tests.collectors.web import Call, Reply

HOUR = timedelta(hours=1)
BOTH = "openai OR deepseek"


@pytest.fixture
def site() -> Iterator[DiscourseSite]:
    fake = DiscourseSite()
    with fake.serving():
        yield fake


def collector(site: DiscourseSite) -> Discourse:
    own, clock = Settings(**site.settings_changes()), Clock()
    return Discourse(own, Http(own, source="discourse", sleep=clock.sleep, now=clock.now))


def story(site: DiscourseSite, query: str = "openai", *more: str) -> Topic:
    return topic(query, discourse={"instances": [*more, site.web.url]})


def searches(site: DiscourseSite) -> list[str]:
    return [call.one("q") for call in site.web.calls if call.path == "/search.json"]


async def test_a_thread_becomes_posts(site: DiscourseSite) -> None:
    talk = site.topic("Is <OpenAI> & I down?", tags=["api", {"id": 1, "name": "outage"}])
    first = site.post(talk, SINCE + HOUR, "<p>For me.</p>", reply_count=1, name="Sample Seventeen")
    quote = (
        f'<aside class="quote no-group" data-username="sample-user-17" data-post="1" '
        f'data-topic="{talk}"><div class="title">sample-user-17:</div><blockquote><p>For me.</p>'
        "</blockquote></aside>"
    )
    said = f'{quote}<p>OpenAI <a class="mention" href="/u/x">@x-17</a> is up</p>'
    site.post(talk, SINCE + 2 * HOUR, said, reply_to_post_number=1, actions_summary=[])
    reads = collector(site)
    opening, reply = posts_of(reads, await pages_of(reads, ask(story(site))))
    assert opening.uri == site.uri(first)
    assert opening.url == f"{site.web.url}/t/sample-topic/{talk}/1"
    assert opening.text == "Is <OpenAI> & I down?\n\nFor me."
    assert opening.tags == ("api", "outage")
    assert (opening.likes, opening.replies) == (4, 1)
    assert (opening.author, opening.author_name) == ("sample-user-17", "Sample Seventeen")
    assert opening.author_id == f"{site.instance}/17"
    assert (opening.reply_to, opening.thread_root, opening.instance) == (None, None, site.instance)
    assert reply.text == "OpenAI @x-17 is up"
    assert (reply.quoted_text, reply.quote_of) == ("For me.", opening.uri)
    assert (reply.reply_to, reply.thread_root) == (opening.uri, opening.uri)
    assert (reply.likes, reply.tags, reply.mentions) == (0, (), ("x-17",))
    assert reply.created_at == SINCE + 2 * HOUR


async def test_the_text_is_never_the_cut_one_of_the_search(site: DiscourseSite) -> None:
    """T-DIS-2."""
    site.publish(1, start=SINCE, text="OpenAI " + "and so on " * 300)
    reads = collector(site)
    (post,) = posts_of(reads, await pages_of(reads, ask(story(site))))
    assert post.text.count("and so on") == 300


async def test_a_topic_with_many_posts_is_read_whole(site: DiscourseSite) -> None:
    """The search shows one post of each topic only, however many fit."""
    talk = site.topic("Thread")
    for n in range(130):
        site.post(talk, SINCE + n * HOUR, f"<p>OpenAI, {n}</p>")
    reads = collector(site)
    pages = await pages_of(reads, ask(story(site)))
    assert {p.uri for p in posts_of(reads, pages)} == {site.uri(post) for post in site.posts}
    assert coverage_of(pages) == [Coverage(start=SINCE, end=NOW, status="complete", found=130)]


async def test_a_long_topic_is_read_back_to_the_window_and_no_further(site: DiscourseSite) -> None:
    talk = site.topic("Thread")
    for n in range(600):
        site.post(talk, SINCE + n * timedelta(minutes=20), f"<p>OpenAI, {n}</p>")
    since = SINCE + 550 * timedelta(minutes=20)
    reads = collector(site)
    pages = await pages_of(reads, ask(story(site), since=since, until=since + 25 * HOUR / 3))
    assert len(posts_of(reads, pages)) == 25
    assert sum(call.path.endswith("/posts.json") for call in site.web.calls) == 4


@pytest.mark.parametrize("zone_h", [-12, 0, 14])
async def test_days_of_the_forums_own_zone_cost_no_hour(site: DiscourseSite, zone_h: int) -> None:
    """T-DIS-1: asked one day wider on both sides, then cut to the window here."""
    site.zone_h = zone_h
    start = datetime(2025, 1, 27, tzinfo=UTC)
    published = site.publish(72, start=start - 24 * HOUR, step=3600)
    reads = collector(site)
    pages = await pages_of(reads, ask(story(site), since=start, until=start + 24 * HOUR))
    assert sorted(p.uri for p in posts_of(reads, pages)) == published[24:48]
    assert searches(site) == ["openai after:2025-01-26 before:2025-01-29 order:latest"]


async def test_words_that_are_too_short_are_an_error_and_not_zero(site: DiscourseSite) -> None:
    """T-DIS-3: whether the forum says so with 400 or with an empty result."""
    pages = await pages_until(Closed, collector(site), ask(story(site, "ai")))
    assert "too short" in str(coverage_of(pages)[0].reason)
    for reply in (as_json({"grouped_search_result": None}), as_json({"posts": []})):
        site.faults = [reply]
        with pytest.raises(Closed, match="does not search for “openai”"):
            await pages_of(collector(site), ask(story(site)))


async def test_a_forum_that_wants_a_login_is_closed(site: DiscourseSite) -> None:
    """T-DIS-4."""
    site.publish(1, start=SINCE)
    site.wants_login = True
    pages = await pages_until(Closed, collector(site), ask(story(site)))
    assert [c.status for c in coverage_of(pages)] == ["closed"]
    assert "You need to be logged in" in str(coverage_of(pages)[0].reason)
    with pytest.raises(Closed):
        await collector(site).check(story(site))


async def test_past_ten_pages_the_window_is_split_by_date(site: DiscourseSite) -> None:
    """T-DIS-5."""
    published = []
    for n in range(700):
        talk = site.topic(f"Thread {n}")
        published.append(site.uri(site.post(talk, SINCE + n * HOUR / 3, "<p>OpenAI</p>")))
    reads = collector(site)
    pages = await pages_of(reads, ask(story(site)))
    assert {p.uri for p in posts_of(reads, pages)} == set(published)
    assert [c.status for c in coverage_of(pages)] == ["complete"]
    assert max(int(call.one("page", "0")) for call in site.web.calls) == 10


async def test_a_day_with_more_topics_than_the_search_gives_is_said(site: DiscourseSite) -> None:
    """T-DIS-5: no day can be split."""
    for n in range(510):
        site.post(site.topic(f"Thread {n}"), SINCE + HOUR, "<p>OpenAI</p>")
    reads = collector(site)
    pages = await pages_of(reads, ask(story(site), until=SINCE + 2 * HOUR))
    assert len(posts_of(reads, pages)) == 500
    (window,) = coverage_of(pages)
    assert (window.status, window.found) == ("truncated", 500)
    assert "2025-01-20" in str(window.reason)


async def test_posts_of_the_software_are_left_out_and_counted(site: DiscourseSite) -> None:
    talk = site.topic("Thread")
    site.post(talk, SINCE, "<p>OpenAI</p>", user_id=-1, username="system")
    site.post(talk, SINCE + HOUR, "<p>OpenAI closed this</p>", post_type=3)
    site.post(talk, SINCE + 2 * HOUR, "<p>OpenAI</p>")
    reads = collector(site)
    pages = await pages_of(reads, ask(story(site)))
    assert len(posts_of(reads, pages)) == 1
    assert [(c.found, c.dropped) for c in coverage_of(pages)] == [(1, 2)]


async def test_deleted_hidden_and_unreadable_posts_each_are_what_they_are(
    site: DiscourseSite,
) -> None:
    talk = site.topic("Thread")
    site.post(talk, SINCE, "<p>OpenAI</p>", user_deleted=True)
    site.post(talk, SINCE, "<p>OpenAI</p>", deleted_at="2025-01-21T00:00:00.000Z")
    site.post(talk, SINCE, "<p>OpenAI</p>", hidden=True)
    site.post(talk, SINCE, "")
    reads = collector(site)
    found = others_of(reads, await pages_of(reads, ask(story(site))))
    assert [type(item) for item in found] == [Deletion, Deletion, Hiding, Rejected]


async def test_a_topic_that_went_while_it_was_read_is_missing(site: DiscourseSite) -> None:
    (uri,) = site.publish(1, start=SINCE)

    def remove_it(call: Call) -> None:
        if call.path.startswith("/t/") and site.posts:
            site.remove(uri)

    site.before_answer = remove_it
    reads = collector(site)
    pages = await pages_of(reads, ask(story(site)))
    (missing,) = items_of(reads, pages)
    assert isinstance(missing, Missing)
    assert missing.uri == uri
    assert [c.status for c in coverage_of(pages)] == ["complete"]


async def test_posts_that_a_topic_lists_but_does_not_give_are_missing(site: DiscourseSite) -> None:
    talk = site.topic("Thread")
    for n in range(30):
        site.post(talk, SINCE + n * HOUR, f"<p>OpenAI, {n}</p>")
    (unseen,) = {site.uri(site.posts[24])}

    def hold_back(call: Call) -> None:
        if call.path.endswith("/posts.json"):
            site.remove(unseen)

    site.before_answer = hold_back
    reads = collector(site)
    pages = await pages_of(reads, ask(story(site)))
    assert [item.uri for item in others_of(reads, pages) if isinstance(item, Missing)] == [unseen]
    assert len(posts_of(reads, pages)) == 29


async def test_of_two_searches_the_newer_post_says_from_where_a_topic_is_read(
    site: DiscourseSite,
) -> None:
    talk = site.topic("Thread")
    for n in range(70):
        word = {35: "DeepSeek", 69: "OpenAI"}.get(n, "nothing")
        site.post(talk, SINCE + n * HOUR, f"<p>{word}, {n}</p>")
    reads = collector(site)
    texts = [p.text for p in posts_of(reads, await pages_of(reads, ask(story(site, BOTH))))]
    assert {"DeepSeek, 35", "OpenAI, 69"} <= set(texts)


async def test_a_topic_without_end_is_read_as_far_as_is_fair(
    site: DiscourseSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectors.discourse.walk.LONGEST", 40)
    talk = site.topic("Thread")
    for n in range(90):
        site.post(talk, SINCE + n * HOUR, f"<p>OpenAI, {n}</p>")
    reads = collector(site)
    pages = await pages_of(reads, ask(story(site)))
    assert len(posts_of(reads, pages)) == 60
    assert [c.status for c in coverage_of(pages)] == ["truncated"]
    assert "more than 40 posts" in str(coverage_of(pages)[0].reason)


async def test_a_topic_too_long_to_be_listed_is_said(site: DiscourseSite) -> None:
    talk = site.topic("Thread", post_stream=None)
    post = site.post(talk, SINCE, "<p>OpenAI</p>")
    site.topics[talk]["post_stream"] = {"posts": [post], "isMegaTopic": True, "lastId": 9}
    reads = collector(site)
    pages = await pages_of(reads, ask(story(site)))
    assert len(posts_of(reads, pages)) == 1
    assert [c.status for c in coverage_of(pages)] == ["truncated"]


async def test_a_limit_cuts_the_run_and_is_said(site: DiscourseSite) -> None:
    site.publish(50, start=NOW - 2 * HOUR)
    reads = collector(site)
    pages = await pages_of(reads, ask(story(site), since=NOW - timedelta(days=40), limit=5))
    assert len(posts_of(reads, pages)) == 5
    assert [c.status for c in coverage_of(pages)] == ["truncated", "gap"]
    assert all("limit of 5" in str(c.reason) for c in coverage_of(pages))


async def test_a_forum_that_is_down_does_not_stop_the_others(site: DiscourseSite) -> None:
    site.publish(2, start=SINCE)
    down = DiscourseSite()
    with down.serving():
        down.faults = [Reply(status=500)] * 200
        wanted = ask(story(site, "openai", down.web.url))
        reads = collector(site)
        pages = await pages_of(reads, wanted)
        states = {page.instance: [c.status for c in page.coverage] for page in pages}
        assert states == {down.instance: ["gap"], site.instance: ["complete"]}
        assert len(posts_of(reads, pages)) == 2
        said = await reads.check(wanted.topic)
        assert said == "Sample forum answered; 1 did not"


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (as_json({"grouped_search_result": {"error": "too busy"}}), Unreachable),
        (as_json({"grouped_search_result": 7}), BadAnswer),
        (as_json({"grouped_search_result": {}, "posts": {}}), BadAnswer),
        (Reply(body=b"<html>Log in</html>"), BadAnswer),
    ],
)
async def test_what_is_no_result_is_not_an_empty_one(
    site: DiscourseSite, reply: Reply, error: type[Unreachable | BadAnswer]
) -> None:
    site.faults = [reply]
    pages = await pages_until(error, collector(site), ask(story(site)))
    assert [c.status for c in coverage_of(pages)] == ["gap"]


async def test_hits_that_name_no_topic_are_set_aside(site: DiscourseSite) -> None:
    site.faults = [as_json({"grouped_search_result": {}, "posts": [{"id": 7}, None]})]
    reads = collector(site)
    found = others_of(reads, await pages_of(reads, ask(story(site))))
    assert [type(item) for item in found] == [Rejected, Rejected]


async def test_what_is_known_is_not_asked_again_but_for_the_last_hour(site: DiscourseSite) -> None:
    known = Coverage(start=SINCE, end=NOW - 30 * HOUR, status="complete")
    wanted = replace(ask(story(site)), known_by={site.instance: [known]})
    pages = await pages_of(collector(site), wanted)
    assert searches(site) == ["openai after:2025-01-30 before:2025-02-03 order:latest"]
    assert coverage_of(pages)[0].start == NOW - 31 * HOUR


async def test_recheck_tells_counts_edits_and_what_went(site: DiscourseSite) -> None:
    talk = site.topic("OpenAI")
    posts = [site.post(talk, SINCE + n * HOUR, f"<p>OpenAI {n}</p>") for n in range(5)]
    posts[1]["reply_to_post_number"] = 1
    reads = collector(site)
    first = {p.uri: p for p in posts_of(reads, await pages_of(reads, ask(story(site))))}
    uris = [site.uri(post) for post in posts]
    site.edit(uris[0], "Edited")
    posts[1]["actions_summary"] = [{"id": 2, "count": 9}]
    site.remove(uris[2])
    site.gone[posts[3]["id"]] = refused(410, "gone", "gone")
    posts[4]["hidden"] = True
    stored = [Stored(uri=uri, raw=first[uri].raw) for uri in uris]
    again = items_of(reads, [page async for page in reads.recheck(stored)])
    marks = [item for item in again if isinstance(item, Hiding)]
    assert [(mark.uri, mark.lifted) for mark in marks] == [
        (uris[0], True),
        (uris[1], True),
        (uris[4], False),
    ]
    others = [type(item) for item in again if item not in marks]
    assert others == [Post, Post, Missing, Deletion]
    edited, liked = (item for item in again if isinstance(item, Post))
    assert edited.text == "OpenAI\n\nEdited"
    assert (edited.version, edited.edited_at) == ("2", SINCE + timedelta(minutes=1))
    assert edited.tags == first[uris[0]].tags
    assert (liked.likes, liked.reply_to, liked.thread_root) == (9, uris[0], uris[0])


async def test_a_forum_that_is_gone_says_nothing_of_its_posts(site: DiscourseSite) -> None:
    stored = [Stored(uri=uri) for uri in site.publish(1, start=SINCE)]
    site.faults = [Reply(status=404, body=b"<html>Buy this domain</html>")]
    with pytest.raises(BadAnswer):
        _ = [page async for page in collector(site).recheck(stored)]
    site.faults = [as_json({"message": "no app here"}, 404)]
    with pytest.raises(BadAnswer):
        _ = [page async for page in collector(site).recheck(stored)]
    site.wants_login = True
    with pytest.raises(Closed, match="with a login only"):
        _ = [page async for page in collector(site).recheck(stored)]


async def test_check_refuses_what_is_no_discourse(site: DiscourseSite) -> None:
    site.faults = [as_json({"about": "us"})]
    with pytest.raises(BadAnswer, match="is a Discourse forum"):
        await collector(site).check(story(site))
    site.faults = [NOT_FOUND]
    with pytest.raises(Closed, match="could not be found"):
        await collector(site).check(story(site))


@pytest.mark.parametrize("listed", [[], ["not a forum"], ["ftp://forum.example"], ["https://["]])
async def test_a_topic_without_forums_is_wrong_use(site: DiscourseSite, listed: list[str]) -> None:
    with pytest.raises(TopicError, match="instances = "):
        await pages_of(collector(site), ask(topic("openai", discourse={"instances": listed})))
