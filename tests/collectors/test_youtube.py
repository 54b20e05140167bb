"""YouTube comments: pages to their end, replies whole, what is read again and what is not."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.youtube.items import read_page, video_of
from groundswell.coverage import merge
from groundswell.errors import Closed, StateError, TopicError
from groundswell.post import Missing, Post, Rejected
from groundswell.source import Ask, Page, Stored
from tests.collectors.asks import NOW, SINCE, coverage_of, items_of, pages_of, posts_of
from tests.collectors.sites.youtube import VIDEO, YouTubeSite
from tests.collectors.web import Call
from tests.collectors.youtube_desk import after, calls, collector, uris, wanted

HOUR = timedelta(hours=1)


@pytest.fixture
def site() -> Iterator[YouTubeSite]:
    made = YouTubeSite()
    with made.serving():
        yield made


def whole(pages: list[Page], instance: str = VIDEO) -> bool:
    windows = merge((), [w for p in pages if p.instance == instance for w in p.coverage])
    return [(w.start, w.end, w.status) for w in windows] == [(SINCE, NOW, "complete")]


async def test_pages_go_on_until_no_next_token_whatever_their_length(
    site: YouTubeSite, tmp_path: Path
) -> None:
    """T-YT-1"""
    site.page_size = 98
    published = site.publish(250, start=SINCE, step=60)
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, wanted(site))
    assert sorted(uris(reads, pages)) == sorted(published)
    assert len(calls(site, "commentThreads")) == 3
    assert whole(pages)


def test_text_as_typed_is_taken_and_html_only_decoded_where_there_is_no_other() -> None:
    """T-YT-2"""
    own = {"publishedAt": "2025-01-28T10:00:00Z", "videoId": VIDEO}
    typed = {"textOriginal": "it's 1 < 2 &amp; so", "textDisplay": "it&#39;s 1 &lt; 2 &amp;amp; so"}
    made = [
        {"id": "Ug1", "snippet": {**own, **typed}},
        {"id": "Ug2", "snippet": {**own, "textDisplay": "it&#39;s<br>so"}},
    ]
    posts = [item for item in read_page(page_of(made)) if isinstance(item, Post)]
    assert [post.text for post in posts] == ["it's 1 < 2 &amp; so", "it's\nso"]


async def test_replies_that_a_thread_does_not_show_are_asked_for(
    site: YouTubeSite, tmp_path: Path
) -> None:
    """T-YT-3"""
    few, many = (site.thread(SINCE + HOUR, f"OpenAI {n}") for n in range(2))
    made = [site.reply(few, SINCE + 2 * HOUR, "OpenAI") for _ in range(5)]
    made += [site.reply(many, SINCE + 2 * HOUR, "OpenAI") for _ in range(205)]
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, wanted(site))
    found = uris(reads, pages)
    assert len(found) == len(set(found)) == 212
    assert set(made) < set(found)
    assert [call.one("parentId") for call in calls(site, "comments")] == [many] * 3
    replies = [post for post in posts_of(reads, pages) if post.reply_to]
    assert {post.thread_root for post in replies} == {
        f"https://www.youtube.com/watch?v={VIDEO}&lc={top}" for top in (few, many)
    }


async def test_a_pinned_old_comment_does_not_end_the_reading(
    site: YouTubeSite, tmp_path: Path
) -> None:
    """T-YT-4"""
    site.page_size = 10
    site.pinned = site.thread(SINCE - timedelta(days=9), "OpenAI, pinned")
    site.publish(30, start=SINCE - timedelta(days=3), step=60)
    published = site.publish(45, start=SINCE + HOUR, step=60)
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, wanted(site))
    assert set(published) < set(uris(reads, pages))
    assert len(calls(site, "commentThreads")) == 6  # the sixth page is the first one wholly old
    assert whole(pages)


async def test_the_next_run_reads_only_what_is_new_and_an_hour_of_the_old(
    site: YouTubeSite, tmp_path: Path
) -> None:
    site.publish(500, start=SINCE, step=600)
    first = wanted(site)
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, first)
    new = site.publish(150, start=NOW, step=1)
    site.web.calls.clear()
    later = await pages_of(reads, after(first, pages, until=NOW + HOUR))
    assert set(new) <= set(uris(reads, later))
    assert len(calls(site, "commentThreads")) == 3
    assert merge(coverage_of(pages), coverage_of(later))[-1].end == NOW + HOUR


async def test_a_limit_ends_the_run_and_the_next_one_goes_on_below(
    site: YouTubeSite, tmp_path: Path
) -> None:
    site.page_size = 50
    published = site.publish(300, start=SINCE, step=600)
    first = wanted(site, limit=120)
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, first)
    assert len(uris(reads, pages)) == 120
    assert {window.status for window in coverage_of(pages)} == {"complete", "truncated"}
    site.web.calls.clear()
    later = await pages_of(reads, after(first, pages))
    assert set(uris(reads, pages)) | set(uris(reads, later)) == set(published)
    deep = [call for call in calls(site, "commentThreads") if call.one("pageToken")]
    assert len(deep) >= 4


async def test_a_token_that_is_no_longer_taken_begins_at_the_top_again(
    site: YouTubeSite, tmp_path: Path
) -> None:
    site.page_size = 50
    published = site.publish(300, start=SINCE, step=600)
    first = wanted(site, limit=120)
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, first)
    again = after(first, pages)
    assert again.cursor is not None
    stale = Ask(
        topic=again.topic,
        span=again.span,
        now=again.now,
        known_by=again.known_by,
        cursor=again.cursor.replace("after-", "stale-"),
    )
    later = await pages_of(reads, stale)
    assert set(uris(reads, pages)) | set(uris(reads, later)) == set(published)


async def test_a_page_given_twice_ends_in_a_gap_not_in_a_loop(
    site: YouTubeSite, tmp_path: Path
) -> None:
    site.page_size = 10
    site.publish(40, start=SINCE + HOUR, step=60)

    def repeat(call: Call) -> None:
        if call.one("pageToken"):
            call.query["pageToken"] = [calls(site, "commentThreads")[1].one("pageToken")]

    site.before_answer = repeat
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, wanted(site))
    (gap,) = [w for w in coverage_of(pages) if w.status == "gap"]
    assert "same page twice" in (gap.reason or "")


async def test_one_video_that_is_gone_does_not_stop_the_others(
    site: YouTubeSite, tmp_path: Path
) -> None:
    published = site.publish(3, start=SINCE + HOUR)
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, wanted(site, videos=["goneforgood", VIDEO]))
    assert uris(reads, pages)[::-1] == published
    (lost,) = [p for p in pages if p.instance == "goneforgood"]
    assert [w.status for w in lost.coverage] == ["closed"]
    assert "cannot be found" in (lost.coverage[0].reason or "")


async def test_all_videos_gone_is_an_error(site: YouTubeSite, tmp_path: Path) -> None:
    with pytest.raises(Closed, match="cannot be found"):
        await pages_of(collector(site, tmp_path), wanted(site, videos=["goneforgood"]))


async def test_corrupt_state_is_loud(site: YouTubeSite, tmp_path: Path) -> None:
    for cursor in ("{", '{"version": 2}', '{"version": 1, "pages": 3}', '"x"'):
        with pytest.raises(StateError, match="Nothing was fetched"):
            await pages_of(collector(site, tmp_path), wanted(site, cursor=cursor))
    assert site.web.calls == []


async def test_recheck_shows_counts_edits_and_what_is_missing(
    site: YouTubeSite, tmp_path: Path
) -> None:
    published = site.publish(120, start=SINCE)
    site.remove(published[3])
    site.edit(published[4], "OpenAI, in other words")
    reads = collector(site, tmp_path)
    stored = [Stored(uri=uri) for uri in published]
    items = items_of(reads, [page async for page in reads.recheck(stored)])
    assert [i.uri for i in items if isinstance(i, Missing)] == [published[3]]
    posts = {i.uri: i for i in items if isinstance(i, Post)}
    assert set(posts) == set(published) - {published[3]}
    assert posts[published[4]].text == "OpenAI, in other words"
    assert posts[published[4]].edited_at == SINCE + timedelta(seconds=4, minutes=1)
    assert posts[published[5]].edited_at is None
    assert len(calls(site, "comments")) == 3


def test_a_comment_that_cannot_be_read_is_kept_aside() -> None:
    own = {"publishedAt": "2025-01-28T10:00:00Z", "textOriginal": "OpenAI"}
    made: list[Any] = [
        {"id": "Ug1", "snippet": {**own, "publishedAt": "soon"}},
        {"id": None, "snippet": own},
        {"id": "Ug3", "snippet": {**own, "textOriginal": ""}},
        7,
    ]
    rejected = list(read_page(page_of(made)))
    assert all(isinstance(item, Rejected) for item in rejected)
    fields = [item.field_name for item in rejected if isinstance(item, Rejected)]
    assert fields == ["publishedAt", "id", "textOriginal", "id"]


def test_unknown_counts_are_none_and_author_falls_back_to_the_name() -> None:
    own = {"publishedAt": "2025-01-28T10:00:00+01:00", "textOriginal": "OpenAI"}
    (post,) = read_page(page_of([{"id": "Ug1", "snippet": own}]))
    assert isinstance(post, Post)
    assert (post.likes, post.replies, post.author, post.author_id) == (None, None, None, None)
    assert post.created_at == datetime.fromisoformat("2025-01-28T09:00:00+00:00")


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda s: (
            st.lists(s)
            | st.dictionaries(
                st.sampled_from(
                    ["id", "snippet", "topLevelComment", "replies", "comments", "publishedAt"]
                ),
                s,
            )
        ),
    )
)
def test_no_answer_breaks_the_reader(item: Any) -> None:
    assert all(isinstance(i, (Post, Rejected)) for i in read_page(page_of([item])))


@pytest.mark.parametrize(
    ("written", "video"),
    [
        ("dQw4w9WgXcQ", "dQw4w9WgXcQ"),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=4s", "dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ?si=x", "dQw4w9WgXcQ"),
        ("youtube.com/shorts/dQw4w9WgXcQ", "dQw4w9WgXcQ"),
        ("https://m.youtube.com/live/dQw4w9WgXcQ", "dQw4w9WgXcQ"),
    ],
)
def test_a_video_is_known_by_any_of_its_addresses(written: str, video: str) -> None:
    assert video_of(written) == video


@pytest.mark.parametrize("written", ["", "https://www.youtube.com/@somebody", "a b", "x/y/z"])
def test_what_is_no_video_is_refused(written: str) -> None:
    with pytest.raises(TopicError, match="not a YouTube video"):
        video_of(written)


def page_of(found: list[Any]) -> Page:
    return Page(
        source="youtube",
        route="comments",
        url="https://www.googleapis.com/youtube/v3/comments",
        fetched_at=NOW,
        body={"items": found},
        instance=VIDEO,
    )
