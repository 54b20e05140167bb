"""The page of narratives: two sides, typical posts literally, a link to exactly its posts."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from groundswell.narrated import Narrated, ToldNarrative, ToldPart
from groundswell.post import Post
from groundswell.run import utc_now
from groundswell.spool import Batch, Spool
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner
from tests.dashboard import stories
from tests.dashboard.conftest import Open
from tests.groundswell.store.making import read, scored

PAYLOAD = stories.HOSTILE


def said(number: int, side: str, **changes: Any) -> tuple[Post, str]:
    return stories.post(number, **changes), side


def collected(posts: list[tuple[Post, str]]) -> Batch:
    return Batch(
        source="bluesky",
        topic=stories.SLUG,
        route="search",
        run_id="taken-sides",
        seq=0,
        written_at=utc_now(),
        posts=[read(scored(one, topics=(stories.SLUG,)), {"OpenAI": side}) for one, side in posts],
        targets={stories.SLUG: ["OpenAI"]},
    )


def told(posts: list[tuple[Post, str]], terms: dict[str, tuple[str, ...]]) -> Batch:
    """One narrative a side; they answer each other."""
    other = {"against": "favor", "favor": "against"}
    narratives = tuple(
        ToldNarrative(
            id=f"id{side}",
            side=side,
            terms=named,
            counter=f"id{other[side]}",
            nearness=0.5,
            merged=(),
            split_from=None,
        )
        for side, named in terms.items()
    )
    return Batch(
        source="narratives",
        topic=stories.SLUG,
        route="narratives",
        run_id="told",
        seq=0,
        written_at=utc_now(),
        parts=[
            ToldPart(
                source=one.source,
                uri=one.uri,
                seen_at=one.first_seen_at,
                narrative=f"id{side}",
                closeness=1 - place / 100,
            )
            for place, (one, side) in enumerate(posts)
            if side in terms
        ],
        narrated=Narrated(
            target="OpenAI",
            posts=len(posts),
            stated=len(posts),
            version="m1",
            fingerprint="f",
            narratives=narratives,
        ),
    )


def served(home: Path, posts: list[tuple[Post, str]], *more: Batch) -> Iterator[Owner]:
    stories.write_topic(home)
    spool = Spool(home)
    for one in (collected(posts), *more):
        spool.write(one)
    owner = stories.open_home(home)
    yield owner
    owner.stop()


SIDES = [
    *(said(n, "against", text=f"Smoke over the river, take {n}") for n in range(40)),
    *(said(n, "favor", text=f"Jobs for the village, take {n}") for n in range(40, 50)),
]


@pytest.fixture(scope="module")
def argued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    """A narrative of forty posts against the target, one of ten in favor."""
    batch = told(SIDES, {"against": ("smoke", "river"), "favor": ()})
    yield from served(tmp_path_factory.mktemp("argued"), SIDES, batch)


@pytest.fixture(scope="module")
def unread(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    """Posts that take sides and were not read for narratives."""
    yield from served(tmp_path_factory.mktemp("unread"), SIDES)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    """The payload as text, author and term."""
    posts = [
        said(n, "against", text=PAYLOAD, author=PAYLOAD, author_name=PAYLOAD) for n in range(6)
    ]
    yield from served(
        tmp_path_factory.mktemp("attacked"), posts, told(posts, {"against": (PAYLOAD,)})
    )


def headings(app: AppTest) -> list[str]:
    return [one.value.replace("\\", "") for one in app.subheader]


def texts(app: AppTest) -> list[str]:
    return [one.value for one in app.text]


def test_both_sides_stand_beside_each_other(argued: Owner, open_page: Open) -> None:
    app = open_page(argued, "narratives")
    assert not app.exception
    assert headings(app) == ["Against OpenAI: 1 narrative", "In favor of OpenAI: 1 narrative"]
    captions = " ".join(one.value for one in app.caption)
    assert "40 posts by" in captions
    assert "100% of 40 posts of this side" in captions
    assert "of 10 posts of this side: too few for a share" in captions
    assert "from 50 posts that take a side" in captions
    assert "Smoke over the river, take 0" in texts(app)
    assert "Answered by: smoke · river (nearness 0.50)" in texts(app)


def test_a_narrative_without_a_name_goes_by_its_typical_post(
    argued: Owner, open_page: Open
) -> None:
    shown = " ".join(one.value for one in open_page(argued, "narratives").markdown)
    assert "“Jobs for the village" in shown.replace("\\", "")


def test_each_links_to_exactly_its_posts(argued: Owner, open_page: Open) -> None:
    links = [
        link for link in open_page(argued, "narratives").link_button if link.label.startswith("All")
    ]
    assert [link.label for link in links] == ["All 40 posts", "All 10 posts"]
    with argued.read() as cursor:
        for link in links:
            query = parse_qs(urlsplit(link.url).query)
            filters = Filters(
                topic=query["topic"][0],
                target=query["target"][0],
                stances=tuple(query["stance"]),
                narrative=query["narrative"][0],
            )
            assert questions.count(cursor, filters) == int(link.label.split()[1])


def test_the_posts_page_shows_them_and_says_so(argued: Owner, open_page: Open) -> None:
    address = {"target": "OpenAI", "stance": ["favor"], "narrative": "idfavor"}
    app = open_page(argued, "posts", **address)
    assert app.header[0].value == "10 posts"
    assert any(text.startswith("Only posts of one narrative: “Jobs") for text in texts(app))


@pytest.mark.parametrize("narrative", ["' OR 1=1 --", "<b>", "x" * 100])
def test_an_id_that_is_none_is_passed_over(argued: Owner, open_page: Open, narrative: str) -> None:
    app = open_page(argued, "posts", target="OpenAI", narrative=narrative)
    assert app.header[0].value == "50 posts"


def test_an_ended_narrative_has_no_posts(argued: Owner, open_page: Open) -> None:
    app = open_page(argued, "posts", target="OpenAI", narrative="gone")
    assert not app.exception
    assert any("it has ended, or was never there" in text for text in texts(app))


def test_a_filter_on_the_target_shows_its_board(argued: Owner, open_page: Open) -> None:
    app = open_page(argued, "narratives", target="OpenAI", stance=["favor"])
    assert headings(app) == ["Against OpenAI: no narrative", "In favor of OpenAI: 1 narrative"]


def test_posts_that_were_not_read_say_how(unread: Owner, open_page: Open) -> None:
    app = open_page(unread, "narratives")
    assert [code.value for code in app.code] == [f"groundswell narratives {stories.SLUG}"]
    assert app.info[0].value.startswith("50 posts take a side")


def test_strangers_words_stay_words(attacked: Owner, open_page: Open) -> None:
    app = open_page(attacked, "narratives")
    assert not app.exception
    assert any(PAYLOAD.split()[0] in text for text in texts(app))
    for element in (*app.markdown, *app.subheader, *app.caption):
        assert not re.search(r"(?<!\\)<|(?<!\\)\]\(", element.value)
