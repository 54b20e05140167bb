"""Every page in every state there is: empty, one post, a story, a million, hostile, no database.

A page joins by standing in ``dashboard/page_list.py``: what is asserted of all is asserted of it
too, and it must show the numbers of ``NUMBERS`` or say there why it has none.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from bench._synthetic import TOPIC as MADE
from bench._synthetic import Maker
from bench.absorb import fill as absorb_made
from dashboard import page_list, topic_desk
from groundswell.commands.sample import SLUG as SAMPLE
from groundswell.commands.sample import load_sample
from groundswell.errors import DatabaseTooNew, GroundswellError, QueryTimeout, ShuttingDown
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store import owner as owners
from groundswell.store.database import open_database
from groundswell.store.owner import Owner
from tests.dashboard import screen, stories
from tests.dashboard.conftest import Open
from tests.dashboard.counting import Counted, counted
from tests.dashboard.test_new_topic_page import SOURCES, Answered

MILLION = 1_000_000
MOST_BYTES = 200_000  # of a page's elements: what it sends must not grow with the posts
MADE_STORY = """
title = "A story of a million posts"
query = "word000001"
synthetic = true
[[targets]]
name = "Acme"
[[targets]]
name = "Zenith"
[sources.bluesky]
"""
PAYLOAD = stories.HOSTILE
ALIVE = ("evil.example", "![", "](javascript", "**bold", "$x^2$", ":red[", "](http")
SHARE = re.compile(r"\d%")

PAGES = tuple(Path(script).stem for script, *_ in page_list.PAGES)
FORMS = ("new_topic", "first_run")  # nothing of a topic is on them
EVERY = (*PAGES, *FORMS)


@pytest.fixture
def show(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a page, or what stands in the place of all pages while there is no topic."""
    monkeypatch.setattr(topic_desk, "ask_sources", lambda: Answered(SOURCES))

    def shown(owner: Owner, view: str, **address: str | list[str]) -> AppTest:
        if view != "first_run":
            return open_page(owner, view, **address)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("groundswell.topic.topics", lambda _: {})
            return open_page(owner, **address)

    return shown


def sound(app: AppTest, view: str) -> None:
    """What holds for a page that has something to show, whatever it is."""
    assert not app.exception
    assert not app.error
    assert len(app.title) == 1
    assert screen.size_bytes(app) < MOST_BYTES
    if view in PAGES:
        assert "Synthetic sample" in app.warning[0].value
    else:
        assert "Create" in [button.label for button in app.button]
        assert app.title[0].value == {"new_topic": "New topic"}.get(view, "Your first topic")


def on_overview(app: AppTest, n: Counted) -> None:
    said = screen.words_of(app)
    assert app.header[0].value.startswith(f"{n.posts:,} posts by {n.accounts:,} accounts on ")
    scored = n.posts - n.sentiments.get("not_scored", 0)
    assert f"% of {scored:,} scored posts read negative" in said
    (busiest,) = [tile for tile in app.metric if tile.label.startswith("Busiest ")]
    assert busiest.value == f"{n.busiest[busiest.label.split()[1]]:,}"
    several = [str(choice.value) for choice in app.radio if choice.key == "about"]
    shown = n.stances[several[0] if several else next(iter(n.stances))]
    for stance, words in (("against", "against"), ("favor", "in favor")):
        posts = shown[stance]
        assert f"{posts:,} posts {words}" in said or not posts
        assert f"[{posts:,} posts](posts?" in said or not posts  # of the tile


def on_compare(app: AppTest, n: Counted) -> None:
    table = app.dataframe[0].value
    together = table[table["source"] == "all together"].set_index("target")["posts"]
    told = {target: int(url.partition("#")[2].replace(",", "")) for target, url in together.items()}
    spoken = {target: sum(stances.values()) for target, stances in n.stances.items()}
    assert {target: told[target] for target in spoken} == spoken


def on_narratives(app: AppTest, n: Counted) -> None:
    said = screen.words_of(app)
    for stances in n.stances.values():
        sides = stances["against"] + stances["favor"]
        assert (
            f"{sides:,} posts take a side" in said
            or f"of {stances['against']:,} posts of this side" in said
            or (sides == 0 and "No post takes a side" in said)
        )


def on_voices(app: AppTest, n: Counted) -> None:
    said = screen.words_of(app)
    target = app.header[0].value.rpartition(" ")[2]
    assert f"Against {target}: {n.stances[target]['against']:,} posts" in said
    assert f"In favor of {target}: {n.stances[target]['favor']:,} posts" in said
    assert f"All {n.posts:,} posts" in said
    assert app.dataframe[0].value["posts"].max() == n.loudest


def on_posts(app: AppTest, n: Counted) -> None:
    assert app.header[0].value == f"{n.posts:,} posts"
    assert len([e for e in app.expander if e.label == "Every field"]) == min(n.posts, 25)


def on_sources(app: AppTest, n: Counted) -> None:
    cells = app.dataframe[0].value["posts"]
    assert sum(int(cell.partition("#")[2].replace(",", "")) for cell in cells) == n.posts
    gone = next(t.value for t in app.dataframe if "collected" in t.value)
    assert gone["collected"].sum() == n.posts


def on_export(app: AppTest, n: Counted) -> None:
    assert app.header[0].value == f"{n.posts:,} posts as files"
    kept = n.posts - n.withheld
    assert f"Download {kept:,} posts as CSV" in [button.label for button in app.download_button]


def on_label(app: AppTest, n: Counted) -> None:
    assert app.header[0].value.startswith("No post has been drawn yet to be labelled towards ")
    assert app.header[0].value.rpartition(" ")[2] in n.stances


NUMBERS: dict[str, Callable[[AppTest, Counted], None]] = {
    "overview": on_overview,
    "compare": on_compare,
    "narratives": on_narratives,
    "voices": on_voices,
    "posts": on_posts,
    "sources": on_sources,
    "export": on_export,
    "label": on_label,
}


@pytest.mark.parametrize("view", EVERY)
def test_a_story(story: Owner, view: str, show: Open) -> None:
    app = show(story, view)
    sound(app, view)
    if view in PAGES:
        NUMBERS[view](app, counted(story, stories.SLUG))
        fresh = r"Data through 30 Jan 2025, 08:00 UTC \(\d+ days ago\) · 1 of 2 sources"
        assert re.match(fresh, app.text[0].value)
        assert "Bluesky read in part" in app.text[0].value


@pytest.mark.parametrize("view", EVERY)
def test_without_posts_a_page_says_what_to_do(nothing: Owner, view: str, show: Open) -> None:
    app = show(nothing, view)
    sound(app, view)
    assert not screen.figures(app)
    assert not app.metric
    if view in PAGES:
        assert [code.value for code in app.code] == [f"groundswell collect {stories.SLUG}"]
        assert "No posts of this topic have been collected yet" in app.info[0].value
        assert app.text[0].value == "No source has been asked yet"


OF_ONE = {  # what one post leaves to say, and the way on
    "overview": [
        "1 scored post, too few for a share",
        "1 of 1 scored post: too few for a share",
    ],
    "compare": [
        "Only Bluesky has posts here",
        "Too little about OpenAI to compare",
        "groundswell collect sample-story --source hackernews",
    ],
    "narratives": ["No post takes a side towards this target, as far as posts could be scored."],
    "voices": [
        "0 posts by 0 known accounts",
        "Not counted: 1 post whose account",
        "No account here is known",
        "groundswell collect sample-story",
    ],
    "posts": ["1 post\n"],
    "label": ["No post has been drawn yet to be labelled towards OpenAI"],
    "sources": ["Nothing is scheduled for this topic"],
    "export": ["1 post as files"],
}


@pytest.mark.parametrize("view", EVERY)
def test_of_one_post_no_page_makes_a_share(one_post: Owner, view: str, show: Open) -> None:
    app = show(one_post, view)
    sound(app, view)
    values = [tile.value for tile in app.metric]
    values += [one.value for kind in (app.title, app.header, app.subheader) for one in kind]
    assert not [value for value in values if SHARE.search(value)]
    if view in PAGES:
        words = screen.words_of(app)
        assert [said for said in OF_ONE[view] if said not in words] == []


@pytest.mark.parametrize("view", EVERY)
def test_strangers_words_are_letters(hostile: Owner, view: str, show: Open) -> None:
    app = show(hostile, view, keyword=PAYLOAD.split()[0])
    sound(app, view)
    for kind, text in screen.read_as_markdown(app):
        own = re.sub(r"\(posts\?[\w%&=.~-]*\)", "", text)  # our own links, encoded
        assert not [mark for mark in ALIVE if mark in own], (kind, own)
        assert not re.search(r"(?<!\\)<(?!br)|(?<!\\)\]\(", own), (kind, own)
    for link in app.link_button:
        assert urlsplit(link.url).scheme in ("http", "https", "")
        assert "javascript" not in link.url
    assert "<" not in str(screen.figures(app)).replace("<extra></extra>", "")
    if view in PAGES:
        assert screen.shown(app.title[0].value) == PAYLOAD


@pytest.fixture(scope="module")
def too_new(tmp_path_factory: pytest.TempPathFactory) -> DatabaseTooNew:
    """What the program says of a database that a later one has made."""
    home = tmp_path_factory.mktemp("later")
    with closing(open_database(home, Settings(home=home))) as con:
        con.execute("INSERT INTO migrations VALUES (9999, 'later', now())")
    with pytest.raises(DatabaseTooNew) as refusal:
        Owner(home, Settings(home=home))
    return refusal.value


def told_alone(app: AppTest, *parts: str) -> None:
    """One sentence or a few, in the place of the page: what happened, to what, what to do now."""
    assert not app.exception
    assert [kind for kind, _ in screen.elements(app) if kind not in SIDEBAR] == ["error"]
    said = screen.shown(app.error[0].value)
    for part in parts:
        assert part in said
    assert said.endswith(".")
    assert len(said) < 300
    assert not re.search(r"Traceback|Error\b|duckdb", said)


SIDEBAR = frozenset(["selectbox", "page_link"])  # the choice of a topic, which asks no database


@pytest.mark.parametrize("view", EVERY)
def test_without_a_database_it_says_how_to_start(
    story: Owner, view: str, show: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.dashboard.conftest.hold", lambda _: None)
    monkeypatch.setattr(owners, "_held", None)
    app = show(story, view)
    told_alone(app, "No database is open", "Start it with `groundswell serve`")
    assert len(app.sidebar) == 0


REFUSALS = [
    *((view, ShuttingDown("stopping"), ["is shutting down", "reload this page"]) for view in EVERY),
    ("posts", QueryTimeout("slow"), ["took too long and was stopped", "narrow the period"]),
]


@pytest.mark.parametrize(("view", "error", "parts"), REFUSALS)
def test_a_database_that_does_not_answer_is_told(
    story: Owner,
    view: str,
    error: GroundswellError,
    parts: list[str],
    show: Open,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(story, "read", refusing(error))
    told_alone(show(story, view), *parts)


@pytest.mark.parametrize("view", EVERY)
def test_a_database_of_a_later_program_is_left_as_it_is(
    story: Owner,
    too_new: DatabaseTooNew,
    view: str,
    show: Open,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(story, "read", refusing(too_new))
    told_alone(
        show(story, view),
        "The database has shape 9999",
        "Install the version that made it, or use another --home",
        "Nothing was changed",
    )


def refusing(error: GroundswellError) -> Callable[..., None]:
    def refuse(_limit_s: float = 0) -> None:
        raise error

    return refuse


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    """The synthetic sample that ships, as `groundswell demo` loads it."""
    home = tmp_path_factory.mktemp("sample")
    load_sample(Settings(home=home))
    owner = stories.open_home(home)
    yield owner
    owner.stop()


@pytest.fixture(scope="session")
def million(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    """A million invented posts of two months, towards two targets."""
    home = tmp_path_factory.mktemp("million")
    (home / "topics").mkdir()
    (home / "topics" / f"{MADE}.toml").write_text(MADE_STORY, encoding="utf-8")
    with closing(open_database(home, Settings(home=home))) as con:
        made = Maker(total=MILLION, stances=True)
        absorb_made(con, home, Spool(home, limit_bytes=1 << 40), made, MILLION)
    owner = stories.open_home(home)
    yield owner
    owner.stop()


MANY = [("sample", SAMPLE), ("million", MADE)]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("view", EVERY)
@pytest.mark.parametrize(("home", "topic"), MANY, indirect=["home"])
def test_many_posts(home: Owner, topic: str, view: str, show: Open) -> None:
    app = show(home, view, topic=topic)
    sound(app, view)
    if view in PAGES:
        NUMBERS[view](app, counted(home, topic))
