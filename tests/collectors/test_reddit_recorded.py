"""Recorded answers of Reddit over loopback, through login, client and reader, none left out."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from collectors._http import Http
from collectors.reddit.api import Api
from collectors.reddit.collector import Reddit
from collectors.reddit.items import name_of, read_page
from groundswell.errors import Closed
from groundswell.post import Deletion, Item, Post, Rejected
from groundswell.settings import Settings
from groundswell.source import Page
from tests.collectors.asks import NOW, ask, items_of, pages_of, topic
from tests.collectors.clock import Clock
from tests.collectors.sites.reddit import RedditSite
from tests.collectors.test_reddit_items import RECORDED, named
from tests.collectors.web import Call, Reply, Web

pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded answers are not beside this checkout"
)


def exchanges() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every recorded request that is no login, and its answer."""
    for path in sorted(RECORDED.glob("*.json")):
        for exchange in json.loads(path.read_text(encoding="utf-8"))["interactions"]:
            if "access_token" not in exchange["request"]["uri"]:
                yield exchange["request"], exchange["response"]


def names(items: list[Item]) -> Counter[str | None]:
    return Counter(name_of(item.uri or "") for item in items if isinstance(item, Post | Deletion))


async def test_each_recorded_answer_comes_through_login_client_and_reader(tmp_path: Path) -> None:
    served, refused, found = list[dict[str, Any]](), list[int | None](), Counter[str]()
    site = RedditSite()

    def answer(call: Call) -> Reply:
        if call.path.endswith("access_token"):
            return site._login(call)
        recorded = served[-1]
        assert call.one("raw_json") == "1"
        return Reply(status=recorded["status"], body=recorded["body"].encode())

    with Web(answer) as web:
        site.web = web
        settings, clock = Settings(home=tmp_path, **site.settings_changes()), Clock(NOW)
        async with Http(settings, source="reddit", sleep=clock.sleep, now=clock.now) as http:
            api = Api(http, settings)
            for request, response in exchanges():
                parts = urlsplit(request["uri"].replace("<", "").replace(">", ""))
                served.append(response)
                posted = {"children": "a"} if request["method"] == "POST" else None
                params = dict(parse_qsl(parts.query))
                try:
                    got = await api._ask(parts.path.lstrip("/"), posted=posted, **params)
                except Closed as error:
                    refused.append(error.status)
                    continue
                by_hand = Counter(name for name, _ in named(json.loads(response["body"])))
                page = Page(
                    source="reddit", route="search", url=got.url, fetched_at=NOW, body=got.body
                )
                items = list(read_page(page))
                assert not [item for item in items if isinstance(item, Rejected)]
                assert names(items) == by_hand
                found.update(by_hand)
    assert refused == [r["status"] for _, r in exchanges() if r["status"] != 200] == [400]
    assert len(served) == sum(1 for _ in exchanges())
    assert (len(found), found.total()) == (1_570, 5_744)


async def test_the_recorded_search_is_collected_whole(tmp_path: Path) -> None:
    (search,) = [r["body"] for q, r in exchanges() if "/r/all/search/" in q["uri"]]
    by_hand = {name for name, _ in named(json.loads(search))}
    site = RedditSite()

    def answer(call: Call) -> Reply:
        if call.path.endswith("access_token"):
            return site._login(call)
        if call.path == "/r/all/search/" and not call.one("after"):
            return Reply(body=search.encode())
        return Reply(status=404, body=b"{}")

    with Web(answer) as web:
        site.web = web
        settings, clock = Settings(home=tmp_path, **site.settings_changes()), Clock(NOW)
        reads = Reddit(settings, Http(settings, source="reddit", sleep=clock.sleep, now=clock.now))
        wanted = ask(topic("praw", reddit={}), since=NOW.replace(year=2005))
        items = items_of(reads, await pages_of(reads, wanted))
    assert names(items) == Counter(by_hand)
    assert len(by_hand) == 6
