"""The filter on originals: every page heeds it, says it, and keeps it in its links."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard import state
from groundswell.run import utc_now
from groundswell.spool import Batch, Compared, Copy, Spool
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner
from tests.dashboard import stories
from tests.dashboard.conftest import Open
from tests.groundswell.store.making import read, scored

VIEWS = ("overview", "compare", "narratives", "voices", "posts", "export")
POSTS, COPIES = 60, 20


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    """Sixty posts, of which twenty say again what another had said."""
    home: Path = tmp_path_factory.mktemp("copied")
    stories.write_topic(home)
    posts = [stories.post(n) for n in range(POSTS)]
    told = [
        read(scored(one, topics=(stories.SLUG,)), {"OpenAI": ("against", "favor")[n % 2]})
        for n, one in enumerate(posts)
    ]
    place = {"topic": stories.SLUG, "route": "search", "seq": 0, "written_at": utc_now()}
    spool = Spool(home)
    spool.write(
        Batch(
            source="bluesky", run_id="posts", posts=told, targets={stories.SLUG: ["OpenAI"]},
            **place,  # type: ignore[arg-type]  # of mixed types
        )
    )  # fmt: skip
    copies = [
        Copy(
            source=one.source, uri=one.uri, seen_at=one.first_seen_at,
            group_source=posts[n // 2].source, group_uri=f"group {n // 2}",
        )
        for n, one in enumerate(posts[: 2 * COPIES])
    ]  # fmt: skip
    spool.write(
        Batch(
            source="copies", run_id="copies", copies=copies,
            compared=Compared(posts=POSTS, fingerprint="f"), **place,  # type: ignore[arg-type]  # as above
        )
    )  # fmt: skip
    owner = stories.open_home(home)
    yield owner
    owner.stop()


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_counts_originals_and_every_link_keeps_them(
    copied: Owner, open_page: Open, view: str
) -> None:
    app = open_page(copied, view, originals="true")
    assert not app.exception
    assert app.toggle(key="originals").value is True
    assert "Only posts that are original." in [one.value for one in app.text]
    assert any(one.value.startswith("Texts compared ") for one in app.caption)
    links = [parse_qs(urlsplit(link.url).query) for link in app.link_button]
    # What was not read for its arguments is counted, and opened, in the whole topic.
    unread = ["against", "favor"]
    of_posts = [one for one in links if "topic" in one and one.get("stance") != unread]
    assert all(one["originals"] == ["true"] for one in of_posts)


def test_the_number_is_that_of_a_count(copied: Owner, open_page: Open) -> None:
    app = open_page(copied, "posts", page="2")
    assert app.header[0].value == f"{POSTS} posts"
    app.toggle(key="originals").set_value(True).run()
    assert app.header[0].value == f"{POSTS - COPIES} posts"
    assert app.session_state["page"] == 1
    look: state.Look = app.session_state["look"]
    assert look.filters == Filters(topic=stories.SLUG, originals=True)


def test_the_links_of_the_sides_lead_to_as_many_posts(copied: Owner, open_page: Open) -> None:
    app = open_page(copied, "overview", originals="true", target="OpenAI")
    ways = [one for one in app.link_button if " posts " in one.label and "stance" in one.url]
    assert ways
    with copied.read() as cursor:
        for way in ways:
            query = parse_qs(urlsplit(way.url).query)
            f = Filters(
                topic=stories.SLUG,
                target=query["target"][0],
                stances=tuple(query["stance"]),
                originals=query["originals"] == ["true"],
            )
            assert questions.count(cursor, f) == int(way.label.split()[0])


def test_a_topic_that_was_never_compared_says_so(story: Owner, open_page: Open) -> None:
    app = open_page(story, "posts", originals="true")
    assert app.header[0].value == "336 posts"
    assert any("never compared" in one.value for one in app.info)


@pytest.mark.parametrize("value", ["maybe", "", "1<b>"])
def test_another_value_is_none(copied: Owner, open_page: Open, value: str) -> None:
    app = open_page(copied, "posts", originals=value)
    assert not app.exception
    assert app.header[0].value == f"{POSTS} posts"


def test_the_page_of_files_says_what_originals_are(copied: Owner, open_page: Open) -> None:
    app = open_page(copied, "export", originals="true")
    assert any("only the first, and no reposts" in one.value for one in app.markdown)
