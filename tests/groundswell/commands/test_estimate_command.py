"""``estimate`` says what sites say beforehand, and honestly nothing where they do not."""

import json
from pathlib import Path
from typing import Any

import pytest

from collectors import SOURCES
from collectors._http import Http
from collectors.bluesky.collector import Bluesky
from collectors.hackernews.collector import HackerNews
from groundswell.settings import Settings
from groundswell.source import Ask
from tests.collectors.asks import NOW, SINCE, topic
from tests.collectors.fake_hackernews import FakeSearch
from tests.collectors.web import Call, Reply, Web
from tests.groundswell.commands.conftest import Groundswell

DRAFT = """
title = "A draft"
query = "(openai OR chatgpt) AND deepseek"
since = 2025-01-28
until = 2025-01-31
[sources.hackernews]
[sources.lemmy]
[sources.youtube]
[sources.telepathy]
"""


def draft(tmp_path: Path, text: str = DRAFT) -> str:
    path = tmp_path / "draft.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def told(groundswell: Groundswell, *words: str) -> dict[str, dict[str, Any]]:
    result = groundswell("estimate", *words, "--json")
    assert result.exit_code == 0, result.output
    return {finding["source"]: finding for finding in json.loads(result.stdout)}


def test_the_hits_of_all_searches_are_counted_and_none_is_fetched(
    groundswell: Groundswell, site: FakeSearch, tmp_path: Path
) -> None:
    found = told(groundswell, draft(tmp_path))
    hn = found["hackernews"]
    assert (hn["state"], hn["hits"], hn["searches"]) == ("estimated", 40, 2)
    assert hn["message"] == "about 40 hits of 2 searches"
    assert [call.one("hitsPerPage") for call in site.web.calls] == ["1", "1"]
    assert found["lemmy"]["state"] == "no estimate"
    assert found["lemmy"]["hits"] is None
    assert found["youtube"]["message"] == "needs GROUNDSWELL_YOUTUBE_API_KEY"
    assert "knows no such source" in found["telepathy"]["message"]


def test_a_topic_by_name_and_in_words(groundswell: Groundswell) -> None:
    result = groundswell("estimate", "story")
    assert result.stdout == "hackernews: about 40 hits of 1 search\n"


def test_a_site_that_fails_is_said(groundswell: Groundswell, site: FakeSearch) -> None:
    site.faults = [Reply(status=403, body=b"no")]
    assert told(groundswell, "story")["hackernews"]["state"] == "closed"


def test_nobody_waits_longer_than_the_limit(groundswell: Groundswell, site: FakeSearch) -> None:
    site.faults = [Reply(status=503, headers={"Retry-After": "600"})]
    hn = told(groundswell, "story", "--limit-s", "0.3")["hackernews"]
    assert (hn["state"], hn["message"]) == ("no estimate", "no answer within 0.3 seconds")


def test_a_period_that_has_not_begun_is_said(groundswell: Groundswell, tmp_path: Path) -> None:
    late = 'title = "t"\nquery = "openai"\nsince = 2200-01-01\n[sources.hackernews]'
    assert "lies in the future" in told(groundswell, draft(tmp_path, late))["hackernews"]["message"]


def test_what_is_no_topic_is_wrong_use(groundswell: Groundswell, tmp_path: Path) -> None:
    assert groundswell("estimate", "nothing").exit_code == 2
    assert groundswell("estimate", draft(tmp_path, "title = 1")).exit_code == 2


@pytest.mark.parametrize(("more", "hits"), [({"hitsTotal": 12}, 24), ({}, None)])
async def test_bluesky_may_leave_its_number_out(more: dict[str, int], hits: int | None) -> None:
    def answer(call: Call) -> Reply:
        body = json.dumps({"posts": [], **more}).encode()
        return Reply(body=body, headers={"Content-Type": "application/json"})

    with Web(answer) as web:
        own = Settings(allow_private_addresses=True, bluesky_public_url=web.url)
        ask = Ask(topic=topic("openai OR deepseek"), span=(SINCE, NOW), now=NOW)
        async with Http(own, source="bluesky") as http:
            said = await Bluesky(own, http).estimate(ask)
        assert {call.one("limit") for call in web.calls} == {"1"}
    assert (said and said.hits) == hits


def test_sources_are_listed_without_asking_any(groundswell: Groundswell, site: FakeSearch) -> None:
    rows = {row["source"]: row for row in json.loads(groundswell("sources", "--json").stdout)}
    assert set(rows) == set(SOURCES) - {"import"}
    assert rows["hackernews"]["lacking"] == []
    assert rows["hackernews"]["every_s"] == 900
    assert rows["hackernews"]["estimates"]
    assert rows["youtube"]["lacking"] == ["GROUNDSWELL_YOUTUBE_API_KEY"]
    assert rows["x"]["paid"]
    assert rows["rss"]["required"] == ["feeds"]
    assert rows["jetstream"]["live"]
    assert rows["jetstream"]["every_s"] is None
    assert site.web.calls == []
    said = groundswell("sources", GROUNDSWELL_YOUTUBE_API_KEY="k").stdout
    assert "youtube        ready; all comments of a video" in said


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_what_a_source_cannot_be_without_is_among_its_options(name: str) -> None:
    can = SOURCES[name].capabilities
    assert set(can.required) <= set(can.options)


async def test_large_windows_are_asked_as_one(site: FakeSearch) -> None:
    own = Settings(allow_private_addresses=True, hackernews_url=site.web.url)
    ask = Ask(topic=topic("openai"), span=(SINCE, NOW), now=NOW)
    async with Http(own, source="hackernews") as http:
        await HackerNews(own, http).estimate(ask)
    (call,) = site.web.calls
    assert call.one("numericFilters").count("created_at_i") == 2
