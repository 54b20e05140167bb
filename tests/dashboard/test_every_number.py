"""Every number of posts on every page opens exactly as many, whatever the filters."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
import streamlit
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from groundswell.store import questions
from groundswell.store.filters import SENTIMENTS, STANCES, Filters
from groundswell.store.owner import Owner
from tests.dashboard import crowd, screen, stories
from tests.dashboard.conftest import at_address
from tests.dashboard.test_every_page import PAGES

Address = Mapping[str, str | list[str]]


def several(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), unique=True, min_size=1, max_size=len(values))


# Borders of hours and days, minutes beside them, and a second that no address of ours has.
MOMENTS = st.builds(
    lambda hours, beside: (stories.START + timedelta(hours=hours) + beside).strftime(
        "%Y-%m-%dT%H:%M:%S"
    ),
    st.integers(-400, 90),
    st.sampled_from([timedelta(), timedelta(minutes=-1), timedelta(minutes=17, seconds=30)]),
)
WORD = st.sampled_from([*crowd.WORDS, "quay", "riv*", '"said in words"', "open-ai", "take", "-"])
ACCOUNTS = [f"{source}:{who}" for source in ("bluesky", "rss") for who in ("loud", "a:5", "shy")]

# All that can stand in the address of a page: a new filter joins here.
PARTS: dict[str, st.SearchStrategy[Any]] = {
    "from": MOMENTS,
    "to": MOMENTS,
    "source": several(crowd.SOURCES),
    "lang": several(crowd.LANGS),
    "sentiment": several(SENTIMENTS),
    "target": st.sampled_from(crowd.TARGETS),
    "stance": several(STANCES),
    "keyword": st.lists(WORD, min_size=1, max_size=3).map(" ".join)
    | st.sampled_from(['"smoke', "x" * 190, f"river {'river ' * 31}", "   "]),
    "author": st.sampled_from(ACCOUNTS),
    "narrative": st.sampled_from(["against0", "favor0", "against1", "favor1", "ended"]),
    "originals": st.just("true"),
    "measure": st.sampled_from(["attention", "posts"]),
    "baseline": st.sampled_from(crowd.SOURCES),
    "towards": st.sampled_from(crowd.TARGETS),
}


@st.composite
def addresses(draw: st.DrawFn) -> Address:
    """At most four parts: more leave no posts to count."""
    names = draw(st.lists(st.sampled_from(list(PARTS)), unique=True, max_size=4))
    return {name: draw(PARTS[name]) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A number of posts and the address that opens them; ``where`` it stands."""

    posts: int
    url: str
    where: str


NUMBER = r"(?<![\w.,])(\d[\d,]*)"
POSTS = re.compile(NUMBER + r" (?:scored |withheld )?posts?\b")
LINK = re.compile(r"\[([\d,]+) posts?\]\((posts\?[^)]+)\)")
OURS = "posts?"


def claims(app: AppTest) -> Iterator[Claim]:
    """What the page promises: in links, in sentences, in the cells and rows of tables."""
    for link in app.link_button:
        found = POSTS.search(link.label)
        if found and link.url.startswith(OURS):
            yield Claim(posts=_int(found[1]), url=link.url, where=link.label)
    for element in app.main.get("markdown"):
        for number, url in LINK.findall(_said(element)):
            yield Claim(posts=_int(number), url=url, where=_said(element))
    for table in app.dataframe:
        yield from _of_table(table.value)


def _of_table(table: pd.DataFrame) -> Iterator[Claim]:
    for row in table.to_dict("records"):
        for column, cell in row.items():
            if not str(cell).startswith(OURS):
                continue
            url, _, number = str(cell).partition("#")
            posts = _int(number) if number else _of_row(row)
            if posts is not None:
                yield Claim(posts=posts, url=url, where=f"{column} of {row}")


def _of_row(row: dict[Any, Any]) -> int | None:
    """What the link of a whole row counts; None where nothing was read."""
    parts = ["posts"] if "posts" in row else list(SENTIMENTS)
    values = [row[name] for name in parts]
    return None if any(map(pd.isna, values)) else sum(map(_of_cell, values))


def _of_cell(cell: Any) -> int:
    """A number of a table, by itself or as what a link says."""
    return _int(cell.partition("#")[2]) if isinstance(cell, str) else int(cell)


def _said(element: Any) -> str:
    return str(element.value)


def _int(number: str) -> int:
    return int(number.replace(",", ""))


def filters_of(url: str) -> Filters:
    """What an address of ours asks for, read without the dashboard's own code."""
    said = parse_qs(urlsplit(url).query)

    def one(name: str) -> Any:
        return said.get(name, [None])[0]

    def at(name: str) -> Any:
        return pd.Timestamp(one(name), tz="UTC").to_pydatetime() if name in said else None

    return Filters(
        topic=one("topic"),
        since=at("from"),
        until=at("to"),
        sources=tuple(said.get("source", ())),
        langs=tuple(said.get("lang", ())),
        sentiments=tuple(said.get("sentiment", ())),
        target=one("target"),
        stances=tuple(said.get("stance", ())),
        keyword=one("keyword"),
        author=one("author"),
        narrative=one("narrative"),
        originals=one("originals") == "true",
    )


def opened(app: AppTest) -> int:
    """How many posts the page of posts says it shows."""
    assert not app.exception
    if not app.header:
        nothing = "No post matches these filters.", "This narrative has ended, or was never there"
        assert app.info[0].value.startswith(nothing)
        return 0
    found = re.fullmatch(NUMBER + r" posts?", app.header[0].value)
    assert found
    return _int(found[1])


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    """The small story of ``crowd``; nothing is kept of the homes before it."""
    streamlit.cache_data.clear()
    streamlit.cache_resource.clear()
    yield from crowd.home(tmp_path_factory.mktemp("crowded"))


TABLES = ("volume", "sentiment", "stance", "keywords", "compare", "coverage")
ASKED = [view for view in PAGES if view != "posts"]
LIGHT = ("sources", "export", "label")  # their numbers hardly depend on filters
MANY = ("source", "lang", "sentiment", "stance")


def unfolded(owner: Owner, view: str, address: Address) -> AppTest:
    """The page at an address with all its tables open."""
    app = at_address(owner, view, address)
    for name in TABLES:
        app.session_state[f"{name}_table"] = True
    app.run()
    assert not app.exception
    folded = [one for one in app.expander if one.label.startswith("The same as a table")]
    assert all(len(one.children) for one in folded), "a table more: name it in TABLES"
    return app


def followed(owner: Owner, url: str) -> int:
    """What the page behind an address of ours counts."""
    said = parse_qs(urlsplit(url).query)
    address = {name: all_ if name in MANY else all_[0] for name, all_ in said.items()}
    return opened(at_address(owner, "posts", address).run())


# A failing example is small as it is, and making it smaller would take minutes.
drawn = settings(phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))


def check(owner: Owner, app: AppTest, *, most: int, pages: int = 1, where: str = "") -> int:
    """Of the addresses that the page names ``most``, spread over it, are counted, and of these
    ``pages`` opened; how many were counted. ``where``: only those that stand so."""
    each = {claim.url: claim for claim in claims(app) if re.search(where, claim.where)}
    found = list(each.values())[:: -(-len(each) // most) or 1]
    with owner.read(60) as cursor:
        for claim in found:
            assert questions.totals(cursor, filters_of(claim.url)).posts == claim.posts, claim
    for claim in found[:: -(-len(found) // pages) or 1]:
        assert followed(owner, claim.url) == claim.posts, claim
    return len(found)


@pytest.mark.parametrize("view", [view for view in ASKED if view not in LIGHT])
@settings(drawn, max_examples=2)
@given(address=addresses())
def test_every_number_opens_as_many_posts(crowded: Owner, view: str, address: Address) -> None:
    check(crowded, unfolded(crowded, view, address), most=12)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("view", ASKED)
@settings(drawn, max_examples=20)
@given(address=addresses())
def test_every_number_under_many_filters(crowded: Owner, view: str, address: Address) -> None:
    check(crowded, unfolded(crowded, view, address), most=40, pages=2)


CANNOT = {  # numbers of posts that no filter selects, and why
    r"withheld": "withheld is no filter; they are among the posts linked beside",
    r"with untrusted time": "nor is a time that is not trusted",
    r"scored posts|posts were scored": "three sentiments together; two of them are linked",
    r"nearly (?:repeat|so)|say nearly|said nearly": "nor are copies",
    r"joined|on two networks|without accounts": "nor are crowds",
    r"known account|accounts? wrote|of \d+ posts, by|wrote \d+ posts|Not counted: ": "nor accounts",
    r"fewer than|from \d+ posts and": "a limit, not a count",
    r"in none\.|in the last|in the (?:day|week) before": "in no narrative; times to the second",
    r"from \d+ posts that take a side|came since": "as it was when narratives were read",
    r"another language|what speaks of": "a share's n, linked in the table of sources",
}


@pytest.mark.parametrize("view", ASKED)
def test_a_number_is_a_link_or_cannot_be_one(crowded: Owner, view: str) -> None:
    app = unfolded(crowded, view, {})
    check(crowded, app, most=12)
    linked = {claim.posts for claim in claims(app)}
    bare = [
        line
        for line in screen.words_of(app).splitlines()
        for found in POSTS.finditer(line)
        if _int(found[1]) not in linked and not any(re.search(why, line) for why in CANNOT)
    ]
    assert bare == [], "make each a link, or say in CANNOT why it cannot be one"


def test_a_word_joins_words_with_an_open_quotation_mark(crowded: Owner) -> None:
    app = unfolded(crowded, "overview", {"keyword": '"smoke'})
    assert check(crowded, app, most=9, where="'term'")


def test_words_too_long_to_add_to_have_no_link(crowded: Owner) -> None:
    app = unfolded(crowded, "overview", {"keyword": " ".join(["river"] * 33)})
    assert not check(crowded, app, most=9, where="'term'")


def test_sides_are_counted_whole_though_what_is_drawn_begins_later(crowded: Owner) -> None:
    app = unfolded(crowded, "overview", {"sentiment": ["positive"]})
    assert check(crowded, app, most=9, where=r"posts (against|not scored)$") == 2
