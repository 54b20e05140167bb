"""The page of narratives: two sides, typical posts literally, a link to exactly its posts."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import narrative_choice, state
from dashboard.narrative_choice import Narrative
from groundswell.narrated import Narrated, ToldNarrative, ToldPart
from groundswell.post import Post
from groundswell.run import utc_now
from groundswell.spool import Batch, Spool
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner
from tests.dashboard import stories
from tests.dashboard.conftest import Open, opened_once
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


@pytest.fixture(scope="module")
def seen(argued: Owner) -> AppTest:
    """The page of the story that has narratives."""
    return opened_once(argued, "narratives")


def test_both_sides_stand_beside_each_other(seen: AppTest) -> None:
    assert not seen.exception
    assert headings(seen) == ["Against OpenAI: 1 narrative", "In favor of OpenAI: 1 narrative"]
    captions = " ".join(one.value for one in seen.caption)
    assert "40 posts by" in captions
    assert "100% of 40 posts of this side" in captions
    assert "of 10 posts of this side: too few for a share" in captions
    assert "from 50 posts that take a side" in captions
    assert "Smoke over the river, take 0" in texts(seen)
    assert "Answered by: smoke · river (nearness 0.50)" in texts(seen)


def test_a_narrative_without_a_name_goes_by_its_typical_post(seen: AppTest) -> None:
    shown = " ".join(one.value for one in seen.markdown)
    assert "“Jobs for the village" in shown.replace("\\", "")


def test_each_links_to_exactly_its_posts(argued: Owner, seen: AppTest) -> None:
    links = [link for link in seen.link_button if link.label.startswith("All")]
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
    assert any("of the narrative “Jobs" in text for text in texts(app))
    assert any(", all in favor of OpenAI." in text for text in texts(app))


VIEWS = ("overview", "compare", "narratives", "voices", "posts", "export")


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_is_of_the_narrative_and_keeps_it_in_its_links(
    argued: Owner, open_page: Open, view: str
) -> None:
    app = open_page(argued, view, target="OpenAI", narrative="idfavor")
    assert not app.exception
    look: state.Look = app.session_state["look"]
    assert look.filters.narrative == "idfavor"
    assert app.query_params["narrative"] == "idfavor"
    links = [parse_qs(urlsplit(link.url).query) for link in app.link_button]
    assert all(one["narrative"] == ["idfavor"] for one in links if "topic" in one)


@pytest.mark.parametrize("narrative", ["gone", "' OR 1=1 --", "<b>", "x" * 100])
@pytest.mark.parametrize("view", VIEWS)
def test_a_narrative_that_is_none_has_no_posts_and_a_way_out(
    argued: Owner, open_page: Open, narrative: str, view: str
) -> None:
    app = open_page(argued, view, target="OpenAI", narrative=narrative)
    assert not app.exception
    assert any("of a narrative that has ended" in text for text in texts(app))
    assert app.info[0].value.startswith("This narrative has ended")
    (way,) = app.link_button
    assert way.label == "Show the 50 posts without the filter on narrative"
    next(one for one in app.button if one.label == "Show all narratives").click().run()
    assert "narrative" not in app.query_params
    look: state.Look = app.session_state["look"]
    assert (look.filters.narrative, look.filters.target) == (None, "OpenAI")


def test_one_is_chosen_by_its_name_and_held_by_its_id(argued: Owner, open_page: Open) -> None:
    app = open_page(argued, "posts", page="2")
    assert "narrative_picked" not in [one.key for one in app.selectbox]
    app.selectbox(key="target").set_value("OpenAI").run()
    widget = app.selectbox(key="narrative_picked")
    assert widget.options[0] == "Against: smoke · river"
    assert widget.options[1].startswith("In favor: “Jobs for the village")
    widget.set_value("idagainst").run()
    assert app.header[0].value == "40 posts"
    assert app.query_params["narrative"] == "idagainst"
    app.selectbox(key="target").set_value(None).run()
    assert app.header[0].value == "50 posts"
    assert "narrative" not in app.query_params


def test_narratives_of_one_name_are_told_apart() -> None:
    told = [
        Narrative(id=id_, target="OpenAI", side=side, name="smoke")
        for id_, side in (("a", "against"), ("b", "against"), ("c", "favor"))
    ]
    assert list(narrative_choice.labels(told).values()) == [
        "Against: smoke",
        "Against: smoke (2)",
        "In favor: smoke",
    ]


def test_the_board_of_one_narrative_says_what_it_is_a_part_of(
    argued: Owner, open_page: Open
) -> None:
    app = open_page(argued, "narratives", target="OpenAI", narrative="idagainst")
    assert headings(app) == ["Against OpenAI: 1 narrative", "In favor of OpenAI: no narrative"]
    assert "100% of 40 posts of this side" in " ".join(one.value for one in app.caption)


def test_a_filter_on_the_target_shows_its_board(argued: Owner, open_page: Open) -> None:
    app = open_page(argued, "narratives", target="OpenAI", stance=["favor"])
    assert headings(app) == ["Against OpenAI: no narrative", "In favor of OpenAI: 1 narrative"]
    assert "Left out by the filter on stance." in [one.value for one in app.text]
    assert not any("Wider filters" in one.value for one in app.text)


def test_posts_that_were_not_read_say_how(unread: Owner, open_page: Open) -> None:
    app = open_page(unread, "narratives")
    assert [code.value for code in app.code] == [f"groundswell narratives {stories.SLUG}"]
    assert app.info[0].value.startswith("50 posts take a side")


def test_a_name_made_of_strangers_words_is_an_option(attacked: Owner, open_page: Open) -> None:
    app = open_page(attacked, "posts", target="OpenAI", narrative="idagainst")
    assert not app.exception
    assert app.selectbox(key="narrative_picked").options == [f"Against: {PAYLOAD}"]
    assert any(PAYLOAD in text for text in texts(app))
    for element in (*app.markdown, *app.caption, *app.info):
        assert not re.search(r"(?<!\\)<|(?<!\\)\]\(", element.value)


def test_strangers_words_stay_words(attacked: Owner, open_page: Open) -> None:
    app = open_page(attacked, "narratives")
    assert not app.exception
    assert any(PAYLOAD.split()[0] in text for text in texts(app))
    for element in (*app.markdown, *app.subheader, *app.caption):
        assert not re.search(r"(?<!\\)<|(?<!\\)\]\(", element.value)
