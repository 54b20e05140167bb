"""Tag timelines of Mastodon: instances that are read in full, closed, down, or something else."""

from datetime import timedelta
from pathlib import Path

import pytest

from collectors.mastodon.ids import id_at
from groundswell.coverage import merge
from groundswell.errors import BadAnswer, Closed, Unreachable
from groundswell.run import collect
from groundswell.source import Page
from groundswell.spool import Spool
from tests.collectors.asks import NOW, SINCE, coverage_of, pages_of, pages_until, posts_of
from tests.collectors.clock import Clock
from tests.collectors.mastodon_desk import after, collector, wanted
from tests.collectors.sites.mastodon import MastodonSite, opened, status
from tests.collectors.web import Reply, Web, in_turn

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def spans(pages: list[Page], instance: str | None = None) -> list[tuple[object, ...]]:
    """All windows said, merged, without counts."""
    chosen = [page for page in pages if instance is None or page.instance == instance]
    return [(c.start, c.end, c.status) for c in merge([], coverage_of(chosen))]


async def test_all_posts_of_the_window_are_read_and_it_is_complete() -> None:
    site = MastodonSite()
    uris = site.publish(130, start=SINCE + HOUR, step=2 * HOUR)
    with site.serving():
        pages = await pages_of(collector(), wanted(site))
    assert {post.uri for post in posts_of(collector(), pages)} == set(uris)
    assert spans(pages) == [(SINCE, NOW, "complete")]
    assert sum(window.found for window in coverage_of(pages)) == 130


async def test_a_closed_feed_is_closed_and_never_zero_posts() -> None:
    """T-MAS-1: what the instance says of itself is read before its empty answer is believed."""
    site = MastodonSite()
    assert site.instance is not None
    access = {"hashtag_feeds": opened("authenticated", "disabled")}
    site.instance["configuration"] = {"timelines_access": access}
    with site.serving():
        pages = await pages_until(Closed, collector(), wanted(site))
    assert [(c.status, c.start, c.end) for c in coverage_of(pages)] == [("closed", SINCE, NOW)]
    assert [call.path for call in site.web.calls] == ["/api/v2/instance"]
    assert "members only" in str(coverage_of(pages)[0].reason)


async def test_of_a_half_open_feed_the_open_part_is_asked_for() -> None:
    """T-MAS-1: a whole timeline would be refused when only its local part is open."""
    site = MastodonSite()
    assert site.instance is not None
    access = {"hashtag_feeds": opened("public", "authenticated")}
    site.instance["configuration"] = {"timelines_access": access}
    with site.serving():
        await pages_of(collector(), wanted(site))
    asked = [call for call in site.web.calls if "/timelines/" in call.path]
    assert {call.one("local") for call in asked} == {"true"}


@pytest.mark.parametrize("status_code", [401, 403, 422])
async def test_a_timeline_that_asks_for_a_login_is_closed(status_code: int) -> None:
    """T-MAS-1: older instances say it by their status alone."""
    site = MastodonSite()
    said = b'{"error": "This method requires an authenticated user"}'
    with site.serving():
        here = Reply(body=b'{"version": "4.3.0"}')
        site.faults = [here, Reply(status=status_code, body=said)]
        pages = await pages_until(Closed, collector(), wanted(site))
    assert [c.status for c in coverage_of(pages)] == ["closed"]


async def test_a_burst_between_two_runs_is_read_in_full() -> None:
    """T-MAS-2: 200 posts in a minute, five pages, none of them skipped."""
    site = MastodonSite()
    site.publish(3, start=SINCE + HOUR, step=HOUR)
    with site.serving():
        first = await pages_of(collector(), wanted(site, until=NOW - DAY, now=NOW - DAY))
        burst = site.publish(200, start=NOW - 3 * HOUR, step=timedelta(milliseconds=300))
        before = wanted(site, until=NOW - DAY, now=NOW - DAY)
        second = await pages_of(collector(), after(before, first, span=(SINCE, NOW), now=NOW))
    assert {post.uri for post in posts_of(collector(), second)} == set(burst)
    assert spans([*first, *second]) == [(SINCE, NOW, "complete")]


async def test_since_id_is_never_used() -> None:
    """T-MAS-2: it would jump to the newest page and leave a hole."""
    site = MastodonSite()
    site.publish(90, start=SINCE, step=HOUR)
    with site.serving():
        await pages_of(collector(), wanted(site))
    asked = [call.query for call in site.web.calls if "/timelines/" in call.path][1:]
    assert all("min_id" in query and "since_id" not in query for query in asked)
    assert len({query["min_id"][0] for query in asked}) == len(asked)


async def test_a_post_whose_id_is_hours_after_its_time_is_read_with_its_window() -> None:
    """T-MAS-3: the id may be up to six hours late, so a closed window is read beyond its end."""
    until = SINCE + DAY
    late = status(until - HOUR, id=id_at(until + 5 * HOUR))
    site = MastodonSite([late, *(status(until + n * HOUR) for n in range(1, 60))])
    with site.serving():
        pages = await pages_of(collector(), wanted(site, until=until))
    assert late["uri"] in {post.uri for post in posts_of(collector(), pages)}
    assert spans(pages) == [(SINCE, until, "complete")]


async def test_a_post_that_arrives_late_with_an_early_id_is_found_by_the_next_run() -> None:
    """T-MAS-3: servers date ids back, so the last six hours are read again each time."""
    site = MastodonSite([status(NOW - 8 * HOUR), status(NOW - HOUR)])
    with site.serving():
        ask = wanted(site)
        first = await pages_of(collector(), ask)
        late = status(NOW - 5 * HOUR)
        site.statuses.append(late)
        later = NOW + HOUR
        second = await pages_of(collector(), after(ask, first, span=(SINCE, later), now=later))
    found = {post.uri for post in posts_of(collector(), second)}
    assert found == {late["uri"], site.statuses[1]["uri"]}


async def test_a_window_is_settled_bit_by_bit_so_that_a_killed_run_goes_on() -> None:
    site = MastodonSite()
    uris = site.publish(200, start=SINCE, step=HOUR)
    with site.serving():
        whole = await pages_of(collector(), wanted(site))
        for stop in range(1, len(whole)):
            rest = await pages_of(collector(), after(wanted(site), whole[:stop]))
            both = posts_of(collector(), [*whole[:stop], *rest])
            assert {post.uri for post in both} == set(uris)
            assert spans([*whole[:stop], *rest]) == [(SINCE, NOW, "complete")]


async def test_ids_that_are_no_numbers_are_text_and_their_server_is_read_backward() -> None:
    """T-MAS-4: Pleroma's ids tell no time; its timeline is read from the newest back."""
    site = MastodonSite()
    for n in range(100):
        number = f"Al{n:04}YdIQNzsEKhR5s"
        uri = f"https://pleroma.example/objects/{n}"
        site.statuses.append(status(SINCE + n * HOUR, id=number, uri=uri))
    old = status(SINCE - 3 * DAY, id="Ak0000YdIQNzsEKhR5s", uri="https://pleroma.example/old")
    site.statuses += [old, *(dict(old, id=f"Aj{n:04}", uri=f"x:{n}") for n in range(90))]
    site.instance, site.version_of_old = None, "2.7.2 (compatible; Pleroma 2.5.0)"
    with site.serving():
        pages = await pages_of(collector(), wanted(site))
    found = {post.uri for post in posts_of(collector(), pages)}
    assert {f"https://pleroma.example/objects/{n}" for n in range(100)} <= found
    assert spans(pages) == [(SINCE, NOW, "complete")]
    asked = [call.query for call in site.web.calls if "/timelines/" in call.path]
    assert all("min_id" not in query for query in asked)
    assert (
        len(asked) == 5
    )  # one look, then 40, 40, 20 + 20 old, and one page that is older as a whole


@pytest.mark.parametrize("number", ["716338492847194112", "01H8XGJWBWBAQ4Z4ZB7Y5R5F9K", "17"])
async def test_a_server_that_only_says_it_is_mastodon_is_read_backward(number: str) -> None:
    """T-MAS-4: ids are believed to be times only where they fit the times of their posts."""
    site = MastodonSite([status(SINCE + n * HOUR, id=f"{number}{n}") for n in range(9)])
    with site.serving():
        pages = await pages_of(collector(), wanted(site))
    assert len(posts_of(collector(), pages)) == 9
    assert spans(pages) == [(SINCE, NOW, "complete")]


async def test_one_post_on_two_instances_is_one_with_the_highest_counts() -> None:
    """T-MAS-5: each instance counts only what it has seen."""
    seen = status(SINCE + HOUR, favourites_count=9, reblogs_count=1)
    elsewhere = dict(seen, id=id_at(SINCE + 2 * HOUR), favourites_count=2, reblogs_count=4)
    one, two = MastodonSite([seen]), MastodonSite([elsewhere])
    with one.serving(), two.serving():
        pages = await pages_of(collector(), wanted(one, two))
    first, second = posts_of(collector(), pages)
    assert (first.uri, first.likes, first.reposts) == (second.uri, 9, 1)
    assert (second.likes, second.reposts, second.instance) == (9, 4, two.web.url)


async def test_a_post_that_says_nothing_new_on_a_second_instance_is_not_read_twice() -> None:
    """T-MAS-5: nor one that two groups of tags bring."""
    seen = status(SINCE + HOUR)
    one, two = MastodonSite([seen]), MastodonSite([dict(seen, favourites_count=0)])
    with one.serving(), two.serving():
        pages = await pages_of(collector(), wanted(one, two))
    assert len(posts_of(collector(), pages)) == 1
    assert spans(pages, two.web.url) == [(SINCE, NOW, "complete")]


@pytest.mark.parametrize(
    ("reset", "waits"),
    [
        ("2025-02-01T12:02:00.290188Z", 1),  # once past, it is not believed again
        ("1738411320", 1),
        ("120", 3),
        ("", 0),
        ("tomorrow", 0),
    ],
)
async def test_the_reset_of_the_rate_limit_is_understood_in_every_form(
    reset: str, waits: int
) -> None:
    """T-MAS-7: an ISO time; a number or nothing at all work, too."""
    site, clock = MastodonSite(), Clock()
    site.publish(50, start=SINCE, step=HOUR)
    site.headers = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0"}
    site.headers |= {"X-RateLimit-Reset": reset} if reset else {}
    with site.serving():
        pages = await pages_of(collector(clock), wanted(site))
    assert len(posts_of(collector(), pages)) == 50
    assert [100 < wait < 140 for wait in clock.waits] == [True] * waits


async def test_one_instance_down_or_closed_does_not_stop_the_others() -> None:
    """T-MAS-9: coverage is of each instance."""
    good, closed = MastodonSite([status(SINCE + HOUR)]), MastodonSite()
    closed.faults = [Reply(status=403)] * 9
    down = "http://127.0.0.1:9"
    with good.serving(), closed.serving():
        pages = await pages_of(collector(), wanted(down, closed, good))
    assert len(posts_of(collector(), pages)) == 1
    assert spans(pages, down) == [(SINCE, NOW, "gap")]
    assert spans(pages, closed.web.url) == [(SINCE, NOW, "closed")]
    assert spans(pages, good.web.url) == [(SINCE, NOW, "complete")]


async def test_when_all_instances_fail_their_error_is_raised_and_each_is_named() -> None:
    pages = await pages_until(
        Unreachable, collector(), wanted("http://127.0.0.1:9", "http://127.0.0.1:7")
    )
    assert [page.instance for page in pages] == ["http://127.0.0.1:9", "http://127.0.0.1:7"]
    assert [c.status for c in coverage_of(pages)] == ["gap", "gap"]


async def test_a_failure_of_all_leaves_no_gap_that_belongs_to_no_instance(tmp_path: Path) -> None:
    """No later run could fill such a gap, since each fills those of its instances."""
    ask = wanted("http://127.0.0.1:9", "http://127.0.0.1:7")
    outcome = await collect(collector(), ask, Spool(tmp_path), read=lambda posts: [])
    assert outcome.state == "failed"
    assert [gap.instance for gap in outcome.gaps] == ["http://127.0.0.1:9", "http://127.0.0.1:7"]


async def test_an_instance_that_fails_on_the_way_keeps_what_was_settled() -> None:
    site = MastodonSite()
    site.publish(200, start=SINCE, step=HOUR)
    with site.serving():
        here = wanted(site)
        pages, number = [], 0
        async for page in collector().pages(here):
            pages.append(page)
            number += 1
            if number == 3:
                site.faults = [Reply(status=403, body=b"{}")]
                break
        resumed = after(here, pages)
        rest = await pages_until(Closed, collector(), resumed)
    said = merge(coverage_of(pages), coverage_of(rest))
    assert [(c.status, c.end) for c in said][-1] == ("closed", NOW)
    assert said[0].status == "complete"
    assert said[0].start == SINCE


async def test_an_empty_page_that_names_a_neighbour_is_not_the_end() -> None:
    """All posts of a page may have been taken away between two answers."""
    site = MastodonSite([status(SINCE + 3 * HOUR)])
    newer = id_at(SINCE + HOUR)
    with site.serving():
        link = f'<{site.web.url}/api/v1/timelines/tag/openai?min_id={newer}>; rel="prev"'
        here = [Reply(body=b'{"version": "4.6.0"}'), Reply(body=b"[]")]
        site.faults = [*here, Reply(body=b"[]", headers={"Link": link})]
        pages = await pages_of(collector(), wanted(site))
    assert len(posts_of(collector(), pages)) == 1


async def test_a_walk_that_turns_in_circles_ends_with_a_gap() -> None:
    site = MastodonSite([status(SINCE + n * HOUR, id=f"A{n}") for n in range(9)])
    said = [
        Reply(body=b'{"version": "2.7.2 (compatible; Pleroma 2.5.0)"}'),
        *[Reply(body=b"[]", headers={"Link": '<https://x.example/?max_id=A3>; rel="next"'})] * 4,
    ]
    with site.serving():
        site.faults = said
        pages = await pages_until(BadAnswer, collector(), wanted(site))
    assert [c.status for c in coverage_of(pages)] == ["gap"]
    assert "already read" in str(coverage_of(pages)[0].reason)


async def test_what_is_no_instance_is_said_to_be_none() -> None:
    with Web(in_turn(Reply(body=b'{"name": "a blog"}'))) as web:
        pages = await pages_until(BadAnswer, collector(), wanted(web.url))
    assert "not an instance" in str(coverage_of(pages)[0].reason)


async def test_check_says_what_each_instance_runs_and_fails_only_if_all_do() -> None:
    site = MastodonSite([status(SINCE)])
    with site.serving():
        both = wanted(site, "http://127.0.0.1:9").topic
        said = await collector().check(both)
    assert "Mastodon 4.6.0" in said
    assert "127.0.0.1:9 cannot: unreachable" in said
    with pytest.raises(Unreachable):
        await collector().check(wanted("http://127.0.0.1:9").topic)
