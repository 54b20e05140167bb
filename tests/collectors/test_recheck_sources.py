"""Stored posts looked at again: Bluesky 25 at a time with today's labels, feeds by their links."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from collectors._http import Http
from collectors.bluesky.collector import RECHECK_POSTS, Bluesky
from collectors.rss.collector import Rss
from groundswell.errors import Closed, SourceError
from groundswell.post import Deletion, Item, Missing, Post
from groundswell.settings import Settings
from groundswell.source import Stored
from tests.collectors.bluesky_views import label, make_author, make_view, uri_of
from tests.collectors.feed_press import SETTINGS, HereAndNow, Press
from tests.collectors.web import Reply


class _AppView:
    """Gives the posts it has, refuses more than 25 and, with ``login``, strangers."""

    def __init__(self, views: list[Any], *, status: int = 200) -> None:
        self.views, self.status = {view["uri"]: view for view in views}, status
        self.asked: list[list[str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/xrpc/app.bsky.feed.getPosts"
        uris = request.url.params.get_list("uris")
        self.asked.append(uris)
        if self.status != 200 or len(uris) > 25:
            return httpx.Response(self.status if self.status != 200 else 400, json={})
        return httpx.Response(200, json={"posts": [self.views[u] for u in uris if u in self.views]})


async def _again(view: _AppView, numbers: range, home: Path) -> list[Item]:
    settings = Settings(home=home, request_rate_per_s=1e6, request_tries=1)
    transport = httpx.MockTransport(view)
    async with Http(settings, source="bluesky", transport=transport) as http:
        bluesky = Bluesky(settings, http)
        stored = [Stored(uri=uri_of(number)) for number in numbers]
        pages = [page async for page in bluesky.recheck(stored)]
        return [item for page in pages for item in bluesky.posts(page)]


async def test_t_bsk_11_posts_come_25_at_a_time_and_missing_ones_are_told(tmp_path: Path) -> None:
    """T-BSK-11, BSK-25."""
    view = _AppView([make_view(n, likeCount=n + 50) for n in range(60) if n not in (3, 44)])
    items = await _again(view, range(60), tmp_path)
    assert [len(uris) for uris in view.asked] == [RECHECK_POSTS, RECHECK_POSTS, 10]
    missing = [item.uri for item in items if isinstance(item, Missing)]
    posts = [item for item in items if isinstance(item, Post)]
    assert missing == [uri_of(3), uri_of(44)]
    assert len(posts) == 58
    assert posts[0].likes == 50


async def test_an_author_who_opted_out_since_is_withheld(tmp_path: Path) -> None:
    """BSK-26, T-BSK-6."""
    shy = make_author(labels=[label("!no-unauthenticated")])
    view = _AppView([make_view(0, author=shy), make_view(1)])
    withheld, shown = await _again(view, range(2), tmp_path)
    assert isinstance(withheld, Post)
    assert isinstance(shown, Post)
    assert (withheld.withheld, withheld.text, withheld.author) == ("no-unauthenticated", "", None)
    assert shown.withheld is None


async def test_a_request_that_fails_is_no_missing_post(tmp_path: Path) -> None:
    """T-BSK-11."""
    with pytest.raises(Closed):
        await _again(_AppView([], status=403), range(2), tmp_path)


@pytest.fixture
def press() -> Any:
    one = Press()
    with one.web:
        yield one


async def _links(press: Press, **answers: int) -> list[Item]:
    for name, status in answers.items():
        press.feeds[f"/{name}"] = Reply(status=status, body=b"<p>an article")
    async with Http(SETTINGS, source="rss") as http:
        rss = Rss(SETTINGS, http, HereAndNow())
        stored = [Stored(uri=f"feed#{name}", url=press.url(f"/{name}")) for name in answers]
        pages = [page async for page in rss.recheck([*stored, Stored(uri="feed#no-link")])]
        return [item for page in pages for item in rss.posts(page)]


async def test_an_article_that_is_gone_is_deleted_and_one_not_found_is_missing(
    press: Press,
) -> None:
    gone, missing = await _links(press, there=200, gone=410, lost=404, closed=403)
    assert isinstance(gone, Deletion)
    assert isinstance(missing, Missing)
    assert (gone.uri, missing.uri) == ("feed#gone", "feed#lost")


async def test_links_that_all_fail_are_an_error(press: Press) -> None:
    with pytest.raises(SourceError):
        await _links(press, closed=403, locked=401)
    assert await _links(press) == []
