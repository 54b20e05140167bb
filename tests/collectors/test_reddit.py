"""Reddit: a ceiling that is seen, chains that break, talks that are opened, posts that go."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from collectors.reddit.collector import Reddit
from collectors.reddit.place import place_of
from groundswell.errors import StateError, TopicError
from groundswell.post import ACCOUNT_DELETED, Deletion, Missing, Post, Rejected
from groundswell.source import Stored
from tests.collectors.asks import NOW, SINCE, ask, items_of, others_of, pages_of, posts_of, topic
from tests.collectors.clock import Clock
from tests.collectors.reddit_desk import (
    HOUR,
    START,
    after,
    calls,
    collector,
    uris,
    wanted,
    windows,
)
from tests.collectors.sites.reddit import SUB, RedditSite, uri
from tests.collectors.web import Call


@pytest.fixture
def site() -> Iterator[RedditSite]:
    made = RedditSite()
    with made.serving():
        yield made


async def test_a_window_is_read_page_by_page_and_complete(site: RedditSite, tmp_path: Path) -> None:
    published = site.publish(250, start=SINCE, step=600)
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, wanted())
    assert sorted(uris(reads, pages)) == sorted(published)
    assert [(w.start, w.end, w.status) for w in windows(pages)] == [(SINCE, NOW, "complete")]
    assert len(calls(site, "/search")) == 3
    assert len(calls(site, "/new")) == 3
    assert len(calls(site, "/access_token")) == 1


async def test_a_thousand_results_are_probably_cut_and_narrower_questions_follow(
    site: RedditSite, tmp_path: Path
) -> None:
    """T-RED-1: parted by subreddit, and by whether a submission has a text of its own."""
    published = []
    for place, sub in enumerate(["samples", "examples", "specimens"]):
        for n in range(600):
            made = START + 60 + n * 600 + place
            own = site.submission(made, f"OpenAI {n}", sub, is_self=n % 2 == 0)
            published.append(uri(own["name"], site))
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, wanted(["all"]))
    assert sorted(uris(reads, pages)) == sorted(published)
    assert [w.status for w in windows(pages, "r/all")] == ["complete"]
    asked = {call.one("q") for call in calls(site, "/search")}
    assert {"openai", "(openai) subreddit:specimens"} & asked
    assert any("NOT subreddit:" in q for q in asked)


async def test_what_no_narrower_question_brings_is_truncated_where_it_begins(
    site: RedditSite, tmp_path: Path
) -> None:
    """T-RED-1"""
    site.publish(2_500, start=SINCE + HOUR, step=60)
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, wanted())
    rest, read = windows(pages)
    assert (rest.status, rest.start, read.status, read.end) == ("truncated", SINCE, "complete", NOW)
    assert "1,000" in (rest.reason or "")
    oldest = min(post.created_at for post in posts_of(reads, pages) if post.created_at)
    assert read.start == oldest + timedelta(seconds=1)
    site.web.calls.clear()
    await pages_of(reads, after(wanted(), pages, NOW + HOUR))
    assert len(calls(site, "/search")) <= 2  # what cannot be had is not asked for again


async def test_halves_that_do_not_show_what_the_whole_showed_are_not_believed(
    site: RedditSite, tmp_path: Path
) -> None:
    site.knows_filters = False
    site.publish(2_500, start=SINCE + HOUR, step=60)
    pages = await pages_of(collector(site, tmp_path), wanted(["all"]))
    assert [w.status for w in windows(pages, "r/all")] == ["truncated", "complete"]


@pytest.mark.parametrize("gone", [1, 4, 20])
async def test_an_item_removed_while_paging_neither_ends_nor_loops_the_walk(
    site: RedditSite, tmp_path: Path, gone: int
) -> None:
    """T-RED-2: the last items of the first page are taken away before the second is asked."""
    published = site.publish(350, start=SINCE, step=600)
    newest = published[::-1]

    def take_away(call: Call) -> None:
        if call.one("after") and "/search" in call.path:
            for one in newest[100 - gone : 100]:
                site.things.pop(f"t3_{one.rpartition('/')[2]}", None)

    site.before_answer = take_away
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, wanted())
    assert set(uris(reads, pages)) == set(published)
    assert [w.status for w in windows(pages)] == ["complete"]
    assert len(calls(site, "/search")) <= 12


async def test_a_chain_that_cannot_be_taken_up_is_a_gap_not_an_end(
    site: RedditSite, tmp_path: Path
) -> None:
    published = site.publish(350, start=SINCE, step=600)

    def take_away(call: Call) -> None:
        if call.one("after"):
            for one in published[::-1][:100]:
                site.things.pop(f"t3_{one.rpartition('/')[2]}", None)

    site.before_answer = take_away
    pages = await pages_of(collector(site, tmp_path), wanted(["all"]))
    assert [w.status for w in windows(pages, "r/all")] == ["truncated", "complete"]


async def test_deleted_and_removed_erase_what_was_stored(site: RedditSite, tmp_path: Path) -> None:
    """T-RED-3"""
    first, second = site.publish(2, start=SINCE + HOUR)
    site.remove(first)
    removed = site.submission(START + 9, "OpenAI", selftext="[removed]")
    filtered = site.submission(START + 9, "OpenAI", removed_by_category="moderator")
    root = site.things[f"t3_{second.rpartition('/')[2]}"]
    taken = site.comment(START + 9_000, root["name"], "[removed]")
    nobody = site.comment(START + 9_001, root["name"], "OpenAI", author=None, author_fullname=None)
    reads = collector(site, tmp_path)
    items = items_of(reads, await pages_of(reads, wanted()))
    gone = {item.uri: item.reason for item in items if isinstance(item, Deletion)}
    assert gone == {
        first: "deleted",
        uri(removed["name"], site): "removed",
        uri(filtered["name"], site): "moderator",
        uri(taken["name"], site): "removed",
    }
    (orphan,) = [p for p in items if isinstance(p, Post) and p.uri == uri(nobody["name"], site)]
    assert orphan.labels == (ACCOUNT_DELETED,)
    assert (orphan.author, orphan.author_id) == (None, None)


async def test_scores_that_are_hidden_are_unknown(site: RedditSite, tmp_path: Path) -> None:
    """T-RED-5: a score is what it was when it was fetched; a hidden one is none."""
    site.submission(START + 9, "OpenAI", score=7)
    site.submission(START + 8, "OpenAI", score=1, score_hidden=True)
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, wanted())
    assert [post.likes for post in posts_of(reads, pages)] == [7, None]
    assert all(page.fetched_at == NOW for page in pages)


def test_text_and_author_are_let_go_after_48_hours() -> None:
    """T-RED-6"""
    assert Reddit.capabilities.retention == timedelta(hours=48)
    assert Reddit.capabilities.redistribution == "ids"


async def test_comments_behind_more_are_fetched_and_the_rest_is_counted(
    site: RedditSite, tmp_path: Path
) -> None:
    """T-RED-8"""
    site.shown_comments = 40
    root = site.submission(START + 60, "OpenAI")
    made = [site.comment(START + 99 + n, root["name"], f"OpenAI {n}") for n in range(1_300)]
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, wanted())
    found = set(uris(reads, pages))
    assert len(found) == len(uris(reads, pages)) == 1 + 40 + 1_000
    assert {uri(own["name"], site) for own in made[:1_000]} < found
    (window,) = windows(pages, f"r/{SUB}/comments")
    assert window.status == "truncated"
    assert "260 comments behind “more” were not fetched" in (window.reason or "")


async def test_coverage_says_below_which_submissions_comments_were_read(
    site: RedditSite, tmp_path: Path
) -> None:
    """T-RED-9"""
    kept, gone = (site.submission(START + n, f"OpenAI {n}") for n in range(2))
    other = site.submission(START + 3, "something else")
    for own in (kept, gone, other):
        site.comment(START + 99, own["name"], "OpenAI, a comment")

    def take_away(call: Call) -> None:
        if f"/comments/{gone['id']}" in call.path:
            site.things.pop(gone["name"], None)

    site.before_answer = take_away
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, wanted())
    assert len(calls(site, "/comments/")) == 2  # not below what does not fit the topic
    (window,) = windows(pages, f"r/{SUB}/comments")
    assert window.status == "truncated"
    assert window.reason == f"Comments were read below 1 of 2 submissions: {kept['name']}."
    assert [w.status for w in windows(pages)] == ["complete"]


async def test_a_talk_that_goes_on_is_opened_again_and_no_other(
    site: RedditSite, tmp_path: Path
) -> None:
    young, quiet = (site.submission(NOW.timestamp() - n * 3_600, "OpenAI") for n in (30, 40))
    for own in (young, quiet):
        site.comment(own["created_utc"] + 60, own["name"], "OpenAI, at once")
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, wanted())
    assert [w.status for w in windows(pages, f"r/{SUB}/comments")] == ["complete"]
    late = site.comment(NOW.timestamp() + 60, young["name"], "OpenAI, late")
    site.web.calls.clear()
    later = await pages_of(reads, after(wanted(), pages, NOW + HOUR))
    assert uri(late["name"], site) in uris(reads, later)
    assert [call.path for call in calls(site, "/comments/")] == [f"/comments/{young['id']}/"]
    site.web.calls.clear()
    much_later = after(wanted(), [*pages, *later], NOW + timedelta(days=9))
    await pages_of(collector(site, tmp_path, Clock(much_later.now)), much_later)
    assert calls(site, "/comments/") == calls(site, "/info") == []


async def test_a_limit_ends_the_run_and_says_so(site: RedditSite, tmp_path: Path) -> None:
    site.publish(150, start=SINCE, step=600)
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, wanted(limit=20))
    assert len(uris(reads, pages)) == 20
    assert [w.status for w in windows(pages)] == ["truncated"]
    exact = await pages_of(reads, wanted(limit=150))
    assert [w.status for w in windows(exact)] == ["complete"]


async def test_a_query_of_a_beginning_is_asked_as_a_word_and_says_so(
    site: RedditSite, tmp_path: Path
) -> None:
    site.submission(START + 9, "OpenAI distill")
    pages = await pages_of(collector(site, tmp_path), wanted(["all"], query="distill*"))
    (window,) = windows(pages, "r/all")
    assert window.status == "truncated"
    assert "no beginnings of words" in (window.reason or "")


async def test_without_subreddits_all_of_reddit_is_asked(site: RedditSite, tmp_path: Path) -> None:
    (published,) = site.publish(1, start=SINCE)
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, ask(topic("openai", reddit={})))
    assert uris(reads, pages) == [published]
    assert calls(site, "/new") == []


async def test_recheck_finds_counts_edits_deletions_and_what_is_missing(
    site: RedditSite, tmp_path: Path
) -> None:
    published = site.publish(120, start=SINCE)
    root = f"t3_{published[0].rpartition('/')[2]}"
    comment = uri(site.comment(START + 9, root, "OpenAI")["name"], site)
    site.forget(published[3])
    site.remove(published[4])
    site.edit(comment, "OpenAI, in other words")
    reads = collector(site, tmp_path)
    stored = [Stored(uri=one) for one in [*published, comment]]
    pages = [page async for page in reads.recheck(stored)]
    gone = {
        type(item): item.uri for item in others_of(reads, pages) if not isinstance(item, Rejected)
    }
    assert gone == {Missing: published[3], Deletion: published[4]}
    posts = {post.uri: post for post in posts_of(reads, pages)}
    assert set(posts) == {*published, comment} - {published[3], published[4]}
    assert posts[comment].text == "OpenAI, in other words"
    assert posts[comment].edited_at is not None
    assert posts[published[0]].replies == 1
    assert len(calls(site, "/info")) == 2


async def test_corrupt_state_is_loud(site: RedditSite, tmp_path: Path) -> None:
    for cursor in ("{", '{"version": 2}', '{"version": 1, "seen": []}'):
        with pytest.raises(StateError, match="Nothing was fetched"):
            await pages_of(collector(site, tmp_path), wanted(cursor=cursor))
    assert site.web.calls == []


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("LocalLLaMA", "LocalLLaMA"),
        ("r/LocalLLaMA", "LocalLLaMA"),
        ("https://www.reddit.com/r/LocalLLaMA/", "LocalLLaMA"),
        ("r/All", "all"),
    ],
)
def test_a_subreddit_is_known_by_name_and_address(written: str, name: str) -> None:
    assert place_of(written) == name


@pytest.mark.parametrize("written", ["", "r/", "two words", "../../api/v1/me?x", "a+b"])
def test_what_is_no_subreddit_is_refused(written: str) -> None:
    with pytest.raises(TopicError, match="not a subreddit"):
        place_of(written)
