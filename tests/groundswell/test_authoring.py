"""Topics are written so that they read back equal, and edited so that nothing else changes."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell import authoring
from groundswell.authoring import check, check_event, slug_for
from groundswell.errors import HomeError, TopicError
from groundswell.locks import job_lock
from groundswell.resources import bundled
from groundswell.text import clean_text
from groundswell.topic import Event, is_slug, load, topics
from groundswell.topic_file import FILE_CAP_BYTES

DRAFT: dict[str, Any] = {"title": "A story", "query": "openai AND deepseek"}
EVENT = Event(at=datetime(2025, 1, 28, 14, 30, tzinfo=UTC), title="A new one")
COMMENTED = """# The story, by hand.
title = "A story"  # its title
query = '"open ai" OR deepseek'   # what is asked

# Who it is about:
[[targets]]
name = "OpenAI" # them

# What happened, in order:

[[events]]
# the first
at = 2025-01-20 # a Monday
title = "First"
# beside the address
url = "https://example.org/1" # long

# between the two
[[events]]
at = 2025-01-29T06:00:00+01:00
title = '''Second'''

# where to ask
[sources.hackernews]
# nothing more
"""
LISTED = """title = "A story"
query = "openai"
events = [
  { at = 2025-01-20, title = "First" }, # one
  { at = 2025-01-29, title = "Second" },
]
[sources.hackernews] # asked
"""
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
LINES = ANYTHING.filter(lambda text: 0 < len(" ".join(clean_text(text)[0].split())) <= 300)
MOMENTS = st.one_of(
    st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # bounds of hypothesis are naive
)
EVENTS = st.builds(
    lambda at, title, url: Event(at=at, title=title, url=url),
    MOMENTS,
    LINES,
    st.sampled_from([None, "https://example.org/ä?q=1#x", "http://example.org/'\"\\"]),
)
WORDS = st.sampled_from(
    [
        "openai",
        '"sam altman"',
        "distill*",
        "#deepseek",
        "@openai",
        "domain:ft.com",
        '"it\'s"',
        "C++",
    ]
)
QUERIES = st.lists(WORDS, min_size=1, max_size=5).map(" OR ".join)
NAMES = st.lists(LINES, max_size=3)
DRAFTS = st.fixed_dictionaries(
    {"title": LINES, "query": QUERIES},
    optional={
        "since": st.just(date(2025, 1, 20)),
        "until": st.datetimes(datetime(2025, 2, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # bounds of hypothesis are naive
        "targets": st.lists(
            st.fixed_dictionaries({"name": LINES, "aliases": NAMES}), max_size=3
        ).filter(lambda known: check({**DRAFT, "targets": known}).story is not None),
        "events": st.lists(EVENTS.map(dict), max_size=3),
        "sources": st.dictionaries(
            st.sampled_from(["hackernews", "mastodon", "rss"]),
            st.fixed_dictionaries(
                {}, optional={"tags": NAMES, "feeds": st.just(["https://a.org/f"])}
            ),
        ),
    },
)


def home_with(tmp_path: Path, text: str) -> Path:
    (tmp_path / "topics").mkdir(exist_ok=True)
    (tmp_path / "topics" / "story.toml").write_bytes(text.encode())
    return tmp_path


def text_of(home: Path, slug: str = "story") -> str:
    return (home / "topics" / f"{slug}.toml").read_bytes().decode()


# What is written reads back equal


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(draft=DRAFTS)
def test_what_is_written_reads_back_equal(
    draft: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    checked = check(draft)
    assert checked.story is not None, checked.faults
    made = authoring.create(home, "story", draft)
    read = load(home / "topics" / "story.toml")
    assert made == read
    assert dict(read).items() >= dict(checked.story).items()
    assert [path.name for path in (home / "topics").iterdir()] == ["story.toml"]


@pytest.mark.parametrize(
    ("change", "where", "sentence"),
    [
        ({"title": " "}, ("title",), "has 0 characters"),
        ({"query": "openai AND"}, ("query",), "cannot be read"),
        ({"until": "2020-01-01", "since": "2021-01-01"}, ("until",), "must be later than since"),
        ({"targets": [{"name": "A"}, {"name": "a"}]}, ("targets",), "twice"),
        ({"events": [{"at": "soon", "title": "x"}]}, ("events", 0, "at"), "is not a date"),
        ({"sources": {"rss": {"feeds": ["x"]}}}, ("sources", "rss", "feeds", 0), "web address"),
        ({"sources": {"../x": {}}}, ("sources",), "no source can have"),
    ],
)
def test_each_fault_says_where_it_is(
    change: dict[str, Any], where: tuple[int | str, ...], sentence: str, tmp_path: Path
) -> None:
    checked = check(DRAFT | change)
    assert checked.story is None
    (fault,) = checked.faults
    assert fault.where == where
    assert sentence in fault.sentence
    assert checked.of(str(where[0])) == [fault.sentence]
    with pytest.raises(TopicError):
        authoring.create(tmp_path, "story", DRAFT | change)
    assert not (tmp_path / "topics").exists()


def test_a_topic_is_never_written_over_another(tmp_path: Path) -> None:
    authoring.create(tmp_path, "story", DRAFT)
    before = text_of(tmp_path)
    for slug in ("story", "openai-deepseek"):
        with pytest.raises(TopicError, match="already"):
            authoring.create(tmp_path, slug, DRAFT | {"title": "Another"})
    assert text_of(tmp_path) == before
    assert [path.name for path in (tmp_path / "topics").iterdir()] == ["story.toml"]


def test_nor_over_one_that_came_while_it_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home_with(tmp_path, "mine")
    monkeypatch.setattr(authoring, "topics", lambda _: {})
    with pytest.raises(TopicError, match="already"):
        authoring.create(tmp_path, "story", DRAFT)
    monkeypatch.setattr(os, "link", _no_links)
    with pytest.raises(TopicError, match="already"):
        authoring.create(tmp_path, "story", DRAFT)
    assert text_of(tmp_path) == "mine"


def _no_links(*_: object) -> None:
    raise PermissionError(1, "Operation not permitted")


def test_a_disk_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", _no_links)
    assert authoring.create(tmp_path, "story", DRAFT).title == "A story"
    assert [path.name for path in (tmp_path / "topics").iterdir()] == ["story.toml"]


@pytest.mark.parametrize("slug", ["", "../up", "a/b", "CON", "con", ".hidden", "a" * 65, "ü"])
def test_a_path_is_made_of_a_topics_name_alone(slug: str, tmp_path: Path) -> None:
    with pytest.raises(TopicError, match="name is"):
        authoring.create(tmp_path, slug, DRAFT)
    assert not list(tmp_path.iterdir())


@given(title=ANYTHING, taken=st.sets(st.sampled_from(["topic", "topic-2", "a", "con"])))
def test_every_title_gives_a_free_name(title: str, taken: set[str]) -> None:
    slug = slug_for(title, taken)
    assert is_slug(slug)
    assert slug not in taken


def test_the_name_is_like_the_title() -> None:
    assert slug_for("OpenAI & Müller: what now?", ()) == "openai-muller-what-now"
    assert slug_for("con", ()) == "topic-con"
    assert slug_for("故事", ["topic"]) == "topic-2"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "topics").write_text("a file")
    with pytest.raises(HomeError, match="cannot be written"):
        authoring.create(tmp_path, "story", DRAFT)


# Nothing else changes


@pytest.mark.parametrize("text", [COMMENTED, COMMENTED.replace("\n", "\r\n"), f"\ufeff{COMMENTED}"])
def test_an_event_is_added_changed_and_removed_without_a_trace(tmp_path: Path, text: str) -> None:
    home = home_with(tmp_path, text)
    added = authoring.add_event(home, "story", EVENT)
    assert [event.title for event in added.events] == ["First", "A new one", "Second"]
    newer = Event(at=EVENT.at, title='Newer "\\', url="https://example.org/n")
    changed = authoring.change_event(home, "story", EVENT, newer)
    assert newer in changed.events
    authoring.remove_event(home, "story", newer)
    assert text_of(home) == text


def test_events_in_one_list_stay_in_it(tmp_path: Path) -> None:
    home = home_with(tmp_path, LISTED)
    authoring.add_event(home, "story", EVENT)
    first = load(home / "topics" / "story.toml").events[0]
    newer = Event(at=first.at, title="Newer", url="https://example.org/n")
    authoring.change_event(home, "story", first, newer)
    topic = authoring.remove_event(home, "story", EVENT)
    assert [event.title for event in topic.events] == ["Newer", "Second"]
    assert "# one" in text_of(home)
    assert "[sources.hackernews] # asked" in text_of(home)
    empty = home_with(tmp_path, 'title = "t"\nquery = "q" # asked\nevents = []')
    assert authoring.add_event(empty, "story", EVENT).events == (EVENT,)
    assert "# asked" in text_of(empty)


def test_a_topic_that_ships_is_copied_first(tmp_path: Path) -> None:
    shipped = (bundled("topics") / "openai-deepseek.toml").read_text(encoding="utf-8")
    topic = authoring.add_event(tmp_path, "openai-deepseek", EVENT)
    assert topic.path == tmp_path / "topics" / "openai-deepseek.toml"
    assert EVENT in topic.events
    assert topics(tmp_path)["openai-deepseek"] == topic.path
    assert (bundled("topics") / "openai-deepseek.toml").read_text(encoding="utf-8") == shipped
    authoring.remove_event(tmp_path, "openai-deepseek", EVENT)
    assert text_of(tmp_path, "openai-deepseek") == shipped


def test_an_event_that_is_gone_is_said(tmp_path: Path) -> None:
    home = home_with(tmp_path, COMMENTED)
    with pytest.raises(TopicError, match="not in the file any more"):
        authoring.remove_event(home, "story", EVENT)
    with pytest.raises(TopicError, match="not in the file any more"):
        authoring.change_event(home, "story", EVENT, EVENT)
    with pytest.raises(TopicError, match="no such topic"):
        authoring.add_event(home, "../story", EVENT)
    assert text_of(home) == COMMENTED


def test_a_broken_file_is_left_alone(tmp_path: Path) -> None:
    home = home_with(tmp_path, "title = 'x'\nquery = ((")
    with pytest.raises(TopicError, match="line 2"):
        authoring.add_event(home, "story", EVENT)
    assert text_of(home) == "title = 'x'\nquery = (("


def test_rights_and_links_of_the_file_stay(tmp_path: Path) -> None:
    home = home_with(tmp_path, COMMENTED)
    path = home / "topics" / "story.toml"
    own = tmp_path / "elsewhere.toml"
    path.rename(own)
    own.chmod(0o640)
    path.symlink_to(own)
    authoring.add_event(home, "story", EVENT)
    assert path.is_symlink()
    assert EVENT.title in own.read_text()
    assert own.stat().st_mode & 0o777 == 0o640


def test_two_edits_at_once_do_not_undo_each_other(tmp_path: Path) -> None:
    home = home_with(tmp_path, COMMENTED)
    with job_lock(home, "topics"), pytest.raises(TopicError, match="somebody else"):
        authoring.add_event(home, "story", EVENT)
    authoring.add_event(home, "story", EVENT)


def test_a_file_does_not_grow_past_what_is_read(tmp_path: Path) -> None:
    home = home_with(tmp_path, COMMENTED + "#" * (FILE_CAP_BYTES - len(COMMENTED) - 10))
    with pytest.raises(TopicError, match="larger than"):
        authoring.add_event(home, "story", EVENT)


def test_what_is_no_event_is_said() -> None:
    event, faults = check_event({"at": EVENT.at, "title": "x" * 301, "url": "javascript:x"})
    assert event is None
    assert {fault.where for fault in faults} == {("title",), ("url",)}
    assert check_event({"at": EVENT.at + timedelta(0), "title": EVENT.title}) == (EVENT, ())
