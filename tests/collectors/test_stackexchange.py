"""What a run brings from Stack Exchange: posts, comments, windows, and several sites."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from groundswell.coverage import Coverage
from groundswell.errors import Closed, TopicError
from groundswell.post import Missing, Post, Rejected
from groundswell.source import Stored
from tests.collectors.asks import (
    NOW,
    SINCE,
    ask,
    coverage_of,
    items_of,
    others_of,
    pages_of,
    posts_of,
    topic,
)
from tests.collectors.sites.stackexchange import StackExchangeSite
from tests.collectors.stackexchange_desk import OPENAI, START_S, asked, collector
from tests.collectors.web import Call


@pytest.fixture
def site() -> Iterator[StackExchangeSite]:
    fake = StackExchangeSite()
    with fake.serving():
        yield fake


def uris(posts: list[Post]) -> list[str]:
    return [post.uri for post in posts]


async def test_questions_answers_and_comments_become_posts(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    root = site.question(START_S + 5, "OpenAI & I", "<p>a <code>b&lt;c</code></p>")
    reply = site.answer(START_S + 9, root["question_id"], "<p>OpenAI answers</p>", score=0)
    site.comment(START_S + 11, reply["answer_id"], 'see <a href="https://e.example/x">x</a>')
    reads = collector(site, tmp_path)
    question, answer, comment = posts_of(reads, await pages_of(reads, ask(OPENAI)))
    assert question.text == "OpenAI & I\n\na b<c"
    assert question.uri == f"ai/question/{root['question_id']}"
    assert question.url == f"https://ai.stackexchange.com/q/{root['question_id']}"
    assert (question.likes, question.replies, question.tags) == (3, 0, ("chatgpt",))
    assert (question.author, question.author_id) == ("sample-user-17 & co", "ai/17")
    assert question.created_at == datetime.fromtimestamp(START_S + 5, UTC)
    assert (answer.reply_to, answer.thread_root) == (question.uri, question.uri)
    assert (answer.likes, answer.replies) == (0, None)
    assert answer.url == f"https://ai.stackexchange.com/a/{reply['answer_id']}"
    assert (comment.reply_to, comment.thread_root) == (answer.uri, question.uri)
    assert comment.links == ("https://e.example/x",)
    assert {post.instance for post in (question, answer, comment)} == {"ai"}


async def test_a_window_is_complete_when_all_of_it_was_read(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    site.publish(3, start=SINCE)
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, ask(OPENAI))
    assert coverage_of(pages) == [Coverage(start=SINCE, end=NOW, status="complete", found=3)]
    assert {page.instance for page in pages} == {"ai"}


async def test_a_burst_is_read_without_page_26(site: StackExchangeSite, tmp_path: Path) -> None:
    """T-SE-4: 2,700 posts, more than 25 pages hold, without a key."""
    published = site.publish(2_700, start=SINCE, step=1.5)
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, ask(OPENAI))
    assert sorted(uris(posts_of(reads, pages))) == sorted(published)
    assert [c.status for c in coverage_of(pages)] == ["complete"]
    assert {call["page"] for call in asked(site, "search/excerpts")} == {"1"}


@pytest.mark.parametrize("most_pages", [4, 25])
async def test_http_400_with_error_403_is_the_end_of_a_second_and_a_gap(
    site: StackExchangeSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_pages: int
) -> None:
    """T-SE-4: a second that holds more than the pages is read as far as it goes, whether the API
    says so or our own count of pages does."""
    monkeypatch.setattr("collectors.stackexchange.paging.MOST_PAGES", 6)
    site.most_pages = most_pages
    site.publish(620, start=SINCE + timedelta(hours=1), step=0)
    site.publish(2, start=SINCE)
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, ask(OPENAI, until=SINCE + timedelta(hours=2)))
    assert len(uris(posts_of(reads, pages))) == min(most_pages, 6) * 100 + 2
    gaps = [c for c in coverage_of(pages) if c.status == "gap"]
    assert sum((c.end - c.start for c in gaps), timedelta()) <= timedelta(seconds=2)
    assert any(c.start == SINCE + timedelta(hours=1) for c in gaps)
    last = max(int(call["page"]) for call in asked(site, "search/excerpts"))
    assert last == min(most_pages + 1, 6)


async def test_a_post_removed_while_the_window_is_walked_shifts_nothing(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    published = site.publish(250, start=SINCE, step=60)

    def remove_one(call: Call) -> None:
        if len(site.web.calls) == 2:
            site.remove(published[-1])

    site.before_answer = remove_one
    reads = collector(site, tmp_path)
    found = uris(posts_of(reads, await pages_of(reads, ask(OPENAI))))
    assert set(published[:-1]) <= set(found)


async def test_answers_out_of_order_are_read_by_halves(
    site: StackExchangeSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = site.publish(350, start=SINCE, step=60)
    monkeypatch.setattr(
        "tests.collectors.sites.stackexchange._newest_first",
        lambda items: sorted(items, key=lambda item: str(item["creation_date"])[::-1]),
    )
    reads = collector(site, tmp_path)
    assert set(published) == set(uris(posts_of(reads, await pages_of(reads, ask(OPENAI)))))


@pytest.mark.parametrize("includes_todate", [True, False])
async def test_a_second_shared_by_two_answers_costs_no_post(
    site: StackExchangeSite, tmp_path: Path, includes_todate: bool
) -> None:
    site.includes_todate = includes_todate
    published = site.publish(730, start=SINCE, step=1 / 7)
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, ask(OPENAI))
    assert sorted(uris(posts_of(reads, pages))) == sorted(published)
    assert [c.status for c in coverage_of(pages)] == ["complete"]


async def test_comments_of_many_pages_are_each_read_once(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    root = site.question(START_S, "OpenAI", "<p>x</p>")
    for n in range(230):
        site.comment(START_S + 5 + n // 2, root["question_id"], f"OpenAI {n}")
    reads = collector(site, tmp_path)
    posts = posts_of(reads, await pages_of(reads, ask(OPENAI)))
    assert len(posts) == 231
    assert len({post.uri for post in posts}) == 231


async def test_what_two_searches_find_is_fetched_once(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    site.question(START_S, "OpenAI and DeepSeek", "<p>x</p>")
    both = topic("openai OR deepseek", stackexchange={"sites": ["ai"]})
    reads = collector(site, tmp_path)
    assert len(posts_of(reads, await pages_of(reads, ask(both)))) == 1
    assert [call["q"] for call in asked(site, "search/excerpts")] == ["openai", "deepseek"]


async def test_what_is_known_is_not_asked_again_but_for_the_last_hour(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    known = Coverage(start=SINCE, end=NOW - timedelta(hours=3), status="complete")
    wanted = replace(ask(OPENAI), known_by={"ai": [known]})
    await pages_of(collector(site, tmp_path), wanted)
    (first,) = asked(site, "search/excerpts")
    assert int(first["fromdate"]) == int((NOW - timedelta(hours=4)).timestamp())


async def test_a_limit_cuts_the_run_and_is_said(site: StackExchangeSite, tmp_path: Path) -> None:
    site.publish(30, start=SINCE + timedelta(days=1))
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, ask(OPENAI, limit=7))
    assert len(posts_of(reads, pages)) == 7
    assert [(c.status, c.found) for c in coverage_of(pages)] == [("truncated", 7)]
    assert "limit of 7" in str(coverage_of(pages)[0].reason)


async def test_a_limit_leaves_older_windows_unread(site: StackExchangeSite, tmp_path: Path) -> None:
    site.publish(5, start=NOW - timedelta(days=1))
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, ask(OPENAI, since=NOW - timedelta(days=60), limit=5))
    assert [c.status for c in coverage_of(pages)] == ["complete", "gap", "gap"]


async def test_a_site_that_does_not_exist_does_not_stop_the_others(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    site.publish(2, start=SINCE)
    wrong = topic("openai", stackexchange={"sites": ["nowhere", "ai"]})
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, ask(wrong))
    assert len(posts_of(reads, pages)) == 2
    states = {page.instance: [c.status for c in page.coverage] for page in pages if page.coverage}
    assert states == {"nowhere": ["closed"], "ai": ["complete"]}


async def test_when_every_site_fails_the_run_does(site: StackExchangeSite, tmp_path: Path) -> None:
    wrong = topic("openai", stackexchange={"sites": ["nowhere"]})
    with pytest.raises(Closed, match="“nowhere”.*No site found"):
        await pages_of(collector(site, tmp_path), ask(wrong))


async def test_sites_are_asked_for_by_the_names_people_write(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    site.sites = {"stackoverflow", "ai", "meta.stackoverflow", "mathoverflow.net"}
    names = ["https://stackoverflow.com/", "AI.stackexchange.com", "ai", "meta.stackoverflow.com"]
    many = topic("openai", stackexchange={"sites": [*names, "mathoverflow.net"]})
    await pages_of(collector(site, tmp_path), ask(many))
    assert {call["site"] for call in asked(site, "search/excerpts")} == site.sites


async def test_a_topic_without_sites_asks_two(site: StackExchangeSite, tmp_path: Path) -> None:
    site.sites = {"stackoverflow", "ai"}
    await pages_of(collector(site, tmp_path), ask(topic("openai", stackexchange={})))
    assert [call["site"] for call in asked(site, "search/excerpts")] == ["stackoverflow", "ai"]


@pytest.mark.parametrize("name", ["no site!", "../../x", ""])
async def test_what_names_no_site_is_refused(
    site: StackExchangeSite, tmp_path: Path, name: str
) -> None:
    wrong = topic("openai", stackexchange={"sites": [name or "."]})
    with pytest.raises(TopicError, match="no site of Stack Exchange"):
        await pages_of(collector(site, tmp_path), ask(wrong))
    assert site.web.calls == []


async def test_excerpts_that_name_no_post_are_set_aside(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    site.question(START_S, "OpenAI", "<p>x</p>", question_id="seven")
    reads = collector(site, tmp_path)
    (rejected,) = others_of(reads, await pages_of(reads, ask(OPENAI)))
    assert isinstance(rejected, Rejected)
    assert rejected.field_name == "question_id"


async def test_a_post_that_search_still_finds_but_is_gone_is_missing(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    (uri,) = site.publish(1, start=SINCE)

    def remove_it(call: Call) -> None:
        if call.path.startswith("/2.3/questions/") and site.posts:
            site.remove(uri)

    site.before_answer = remove_it
    reads = collector(site, tmp_path)
    (missing,) = items_of(reads, await pages_of(reads, ask(OPENAI)))
    assert isinstance(missing, Missing)
    assert missing.uri == uri


async def test_recheck_tells_counts_edits_and_what_is_missing(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    kept, gone = site.publish(2, start=SINCE)
    root = site.posts[0]
    reply = site.answer(START_S + 9, root["question_id"], "<p>OpenAI answers</p>")
    site.comment(START_S + 11, reply["answer_id"], "OpenAI comments")
    reads = collector(site, tmp_path)
    first = {p.uri: p for p in posts_of(reads, await pages_of(reads, ask(OPENAI)))}
    stored = [Stored(uri=post.uri, raw=post.raw) for post in first.values()]
    site.remove(gone)
    root["score"] = 99
    site.edit(kept, "OpenAI, edited")
    site.edit(next(uri for uri in first if "/comment/" in uri), "OpenAI comment, edited")
    items = items_of(reads, [page async for page in reads.recheck(stored)])
    again = {item.uri: item for item in items if isinstance(item, Post)}
    assert [item.uri for item in items if isinstance(item, Missing)] == [gone]
    assert again[kept].likes == 99
    assert (first[kept].version, first[kept].edited_at) == (None, None)
    assert again[kept].text.endswith("OpenAI, edited")
    assert again[kept].edited_at == SINCE + timedelta(seconds=60)
    comment = next(post for uri, post in again.items() if "/comment/" in uri)
    assert (comment.version, comment.text) == ("edited", "OpenAI comment, edited")
    assert comment.reply_to == first[comment.uri].reply_to
    assert comment.thread_root == kept
    assert len(again) == 3


async def test_recheck_asks_for_a_hundred_at_once(site: StackExchangeSite, tmp_path: Path) -> None:
    stored = [Stored(uri=uri) for uri in site.publish(130, start=SINCE)]
    reads = collector(site, tmp_path)
    pages = [page async for page in reads.recheck(stored)]
    assert [len(page.body["items"]) for page in pages] == [100, 30]
