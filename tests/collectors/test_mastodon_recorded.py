"""Statuses recorded by others from Mastodon and its kin: each is read, and none is lost."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from collectors._http import Http
from collectors._waits import reset_wait_s
from collectors.mastodon.collector import Mastodon
from collectors.mastodon.ids import time_of
from collectors.mastodon.instance import look_at
from collectors.mastodon.sight import Options, Sight
from collectors.mastodon.status import read_time
from collectors.mastodon.walk import link_ids
from groundswell.post import Post, Rejected
from groundswell.settings import Settings
from groundswell.source import Page

REAL = Path(__file__).resolve().parents[2] / ".." / "shared" / "real" / "mastodon"
NOW = datetime(2026, 4, 12, tzinfo=UTC)
SETTINGS = Settings(request_rate_per_s=1e6)

pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="the recorded answers are not beside this checkout"
)


def answers() -> Iterator[tuple[str, dict[str, Any], Any]]:
    """File, headers and body of every recorded answer, single entities included."""
    for path in sorted(REAL.glob("*.json")):
        recorded = json.loads(path.read_bytes())
        if not isinstance(recorded, dict) or "interactions" not in recorded:
            yield path.name, {}, recorded
            continue
        for one in recorded["interactions"]:
            response = one["response"]
            try:
                yield path.name, response.get("headers", {}), json.loads(response.get("body") or "")
            except ValueError:
                continue  # "OK", and what is no JSON


def statuses(value: Any) -> Iterator[dict[str, Any]]:
    """Every status that stands in lists or alone, found by its own marks, quotes left out."""
    if isinstance(value, dict) and {"account", "content", "uri"} <= set(value):
        yield value
    elif isinstance(value, dict):
        for name in ("statuses", "ancestors", "descendants"):
            yield from statuses(value.get(name) or [])
    elif isinstance(value, list):
        for one in value:
            yield from statuses(one)


def read(found: list[Any], *, unlisted: bool = True) -> list[Any]:
    page = Page(
        source="mastodon",
        route="tag",
        url="recorded",
        fetched_at=NOW,
        body=found,
        instance="mastodon.social",
        context={"sight": Sight(options=Options(unlisted=unlisted))},
    )
    return list(Mastodon(SETTINGS).posts(page))


def test_every_recorded_status_becomes_a_post_unless_it_is_private() -> None:
    total, kinds, uris, labels = Counter[str](), Counter[str](), set(), Counter[str]()
    for _, _, body in answers():
        found = list(statuses(body))
        total.update(one["visibility"] for one in found)
        items = read(found)
        kinds.update(type(item).__name__ for item in items)
        shown = [one for one in found if one["visibility"] in ("public", "unlisted")]
        assert [item.uri for item in items] == [one["uri"] for one in shown]
        uris |= {item.uri for item in items}
        labels.update(label for item in items for label in item.labels)
    assert kinds == {"Post": total["public"] + total["unlisted"]}
    assert total["private"] == 3
    assert len(uris) > 180
    assert {"not-indexable", "bot", "unlisted", "sensitive"} == set(labels)


def test_recorded_counts_and_times_are_those_of_the_recording() -> None:
    for _, _, body in answers():
        for own in statuses(body):
            for item in read([own]):
                assert isinstance(item, Post)
                assert (item.likes, item.reposts, item.replies) == (
                    own["favourites_count"],
                    own["reblogs_count"],
                    own.get("replies_count"),  # not told before 2.5
                )
                assert item.created_at == read_time(own["created_at"])
                assert item.author is None or "@" in item.author
                assert "<p>" not in item.text


def test_unlisted_ones_are_left_out_by_default() -> None:
    everything = [one for _, _, body in answers() for one in statuses(body)]
    public = sum(one["visibility"] == "public" for one in everything)
    assert len(read(everything, unlisted=False)) == public


def test_recorded_authors_who_opted_out_leave_no_words() -> None:
    everything = [one for _, _, body in answers() for one in statuses(body)]
    refusing = [one for one in everything if one["account"].get("noindex") is True]
    items = [item for item in read(refusing) if isinstance(item, Post)]
    assert items
    assert all(item.withheld and not item.text and not item.author for item in items)


def test_recorded_ids_of_mastodon_are_times_near_those_claimed() -> None:
    """T-MAS-3: what the walk relies on, measured on posts of real instances."""
    lags = []
    for name, _, body in answers():
        for one in statuses(body) if name.startswith("rtoot__") else ():
            told, claimed = time_of(one["id"]), read_time(one["created_at"])
            assert told is not None
            assert claimed is not None
            lags.append(abs((told - claimed).total_seconds()))
    assert len(lags) > 200
    assert sorted(lags)[len(lags) // 2] < 10
    assert max(lags) < 6 * 3600


def test_recorded_link_headers_name_the_edges_of_their_page() -> None:
    seen = 0
    for _, headers, body in answers():
        links, found = link_ids(headers), list(statuses(body))
        if "prev" in links and "next" in links and found:
            assert (links["prev"], links["next"]) == (found[0]["id"], found[-1]["id"])
            seen += 1
    assert seen > 5


def test_recorded_rate_limits_are_understood() -> None:
    """T-MAS-7."""
    told = [headers for _, headers, _ in answers() if "x-ratelimit-reset" in headers]
    assert len(told) > 5
    for headers in told:
        reset = read_time(headers["x-ratelimit-reset"])
        assert reset is not None
        at = datetime.fromtimestamp(reset.timestamp() - 60, UTC)
        assert reset_wait_s(headers, at) == pytest.approx(60)


@pytest.mark.parametrize(
    ("name", "software", "tells_time"),
    [
        ("tootsdk__pleroma.json", "Pleroma 2.5.0", False),
        ("tootsdk__instance_pixelfed.json", "Pixelfed 0.12.3", False),
        ("tootsdk__instance_friendica_nocontact.json", "Friendica 2023.05", False),
        ("tootsdk__instance_firefish_contact_removed.json", "Firefish 1.0.5-dev20", False),
        ("mastodonpy__cassettes__test_public_tl.json", "Mastodon 4.", True),
        (
            "mastodonpy__cassettes_entity_test_entity_instancetimelinesaccessfeedconfiguration.json",
            "Mastodon 4.6.0",
            True,
        ),
    ],
)
async def test_recorded_instances_are_told_apart(
    name: str, software: str, tells_time: bool
) -> None:
    body = next(body for file, _, body in answers() if file == name)

    def answer(request: httpx.Request) -> httpx.Response:
        is_old = not tells_time and request.url.path.startswith("/api/v2")
        return httpx.Response(404) if is_old else httpx.Response(200, json=body)

    transport = httpx.MockTransport(answer)
    async with Http(SETTINGS, source="mastodon", transport=transport) as http:
        found = await look_at(http, "https://recorded.example")
    assert found.software.startswith(software)
    assert (found.ids_tell_time, found.only) == (tells_time, None)
    assert found.domain


def test_lines_of_a_recorded_stream_are_read_like_pages() -> None:
    whole, broken = [], 0
    for line in (REAL / "rtoot__public_stream_malformed.jsonl.txt").read_text().splitlines():
        try:
            whole.append(json.loads(line))
        except ValueError:
            broken += 1
    items = read(list(statuses(whole)))
    assert broken > 10
    assert len(items) == len(whole)
    assert not [item for item in items if isinstance(item, Rejected)]
