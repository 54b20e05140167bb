"""A topic file is read exactly, or refused with file, line and the mend; nothing else is opened."""

import logging
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from groundswell.errors import TopicError
from groundswell.query import parse
from groundswell.resources import bundled
from groundswell.topic import SLUG_RULE, Event, Target, Topic, find, is_slug, load, topics
from groundswell.topic_file import FILE_CAP_BYTES
from tests.builders import make_post

GOOD = 'title = "A story"\nquery = "openai"\n'

Loaded = Callable[[str], Topic]
Refused = Callable[[str | bytes], list[str]]


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    def load_text(text: str) -> Topic:
        path = tmp_path / "story.toml"
        path.write_text(text, encoding="utf-8")
        return load(path)

    return load_text


@pytest.fixture
def refused(tmp_path: Path) -> Refused:
    """The complaints about a file of the given content, without the folder."""

    def complaints(content: str | bytes) -> list[str]:
        path = tmp_path / "story.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(TopicError) as caught:
            load(path)
        return str(caught.value).replace(f"{tmp_path}/", "").split("\n")

    return complaints


# What ships


def test_the_story_that_ships_names_what_it_is_about() -> None:
    topic = load(bundled("topics") / "openai-deepseek.toml")
    assert topic.title == "OpenAI accuses DeepSeek of distillation"
    assert topic.query == parse(  # no prefix: a site without them would be asked for "openai" alone
        "(openai OR chatgpt OR 'sam altman') AND (deepseek OR distilled OR distilling OR "
        "distillation OR copyright)".replace("'", '"')
    )
    assert (topic.since, topic.until) == (datetime(2025, 1, 20, tzinfo=UTC), None)
    assert [target.name for target in topic.targets] == ["OpenAI", "DeepSeek"]
    assert {"openai", "deepseek"} <= {alias for t in topic.targets for alias in t.aliases}
    assert {"hackernews", "bluesky", "mastodon", "lemmy", "rss"} <= set(topic.sources)
    assert 3 <= len(topic.sources["rss"].feeds) <= 5
    assert 6 <= len(topic.events) <= 10
    assert all(
        datetime(2025, 1, 1, tzinfo=UTC) < e.at < datetime(2025, 3, 1, tzinfo=UTC)
        for e in topic.events
    )
    assert topic.synthetic is False


@pytest.mark.parametrize(
    ("text", "belongs"),
    [
        ("OpenAI says DeepSeek distilled its models", True),
        ("Sam Altman on distillation", True),
        ("ChatGPT and copyright", True),
        ("DeepSeek R1 is out", False),
        ("OpenAI releases o3-mini", False),
    ],
)
def test_the_story_that_ships_takes_what_belongs_to_it(text: str, belongs: bool) -> None:
    topic = load(bundled("topics") / "openai-deepseek.toml")
    assert topic.query.matches(make_post(text=text)) is belongs


# What is read


def test_only_a_title_and_a_query_are_needed(loaded: Loaded) -> None:
    topic = loaded(GOOD)
    assert (topic.slug, topic.title, str(topic.query)) == ("story", "A story", "openai")
    assert (topic.since, topic.until, topic.targets, topic.events) == (None, None, (), ())
    assert topic.sources == {}
    assert topic.path is not None
    assert topic.path.name == "story.toml"


def test_everything_can_be_given(loaded: Loaded) -> None:
    topic = loaded(
        GOOD
        + """
since = 2025-01-20
until = 2025-02-01T12:00:00+02:00
synthetic = true
[[targets]]
name = "OpenAI"
aliases = ["open  ai", "@openai"]
[[events]]
at = 2025-01-29T08:00:00Z
title = "Later"
url = "https://example.org/x"
[[events]]
at = "2025-01-28"
title = "Earlier"
[sources.hackernews]
[sources.mastodon]
instances = ["one.example"]
tags = ["openai"]
replies_depth = 3
"""
    )
    assert topic.since == datetime(2025, 1, 20, tzinfo=UTC)
    assert topic.until == datetime(2025, 2, 1, 10, tzinfo=UTC)
    assert topic.until.tzinfo is UTC
    assert topic.targets == (Target(name="OpenAI", aliases=("open ai", "@openai")),)
    assert [event.title for event in topic.events] == ["Earlier", "Later"]
    assert topic.events[0] == Event(at=datetime(2025, 1, 28, tzinfo=UTC), title="Earlier")
    assert topic.events[1].url == "https://example.org/x"
    assert topic.sources["mastodon"].instances == ("one.example",)
    assert topic.sources["mastodon"].model_extra == {"replies_depth": 3}
    assert topic.synthetic is True


def test_a_topic_cannot_be_changed_and_can_be_made_without_a_file(loaded: Loaded) -> None:
    topic = Topic(slug="story", title="A story", query=parse("openai"))
    assert topic == loaded(GOOD).model_copy(update={"path": None})
    with pytest.raises(ValidationError):
        topic.title = "Another"  # type: ignore[misc]  # that it is refused is the point


def test_files_from_windows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "story.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load(path).title == "A story"


def test_hidden_signs_in_a_title_go(loaded: Loaded) -> None:
    assert loaded(GOOD.replace("A story", "A \\u202eb\\n c")).title == "A b c"


@given(st.datetimes(), st.integers(-14 * 60, 14 * 60))
def test_any_time_with_an_offset_is_read_as_that_moment(naive: datetime, minutes: int) -> None:
    naive = min(max(naive, datetime(1, 1, 3)), datetime(9999, 12, 29))  # noqa: DTZ001  # made aware below
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert Event.model_validate({"at": moment, "title": "x"}).at == moment
    assert Event.model_validate({"at": moment.isoformat(), "title": "x"}).at == moment


# What is refused


@pytest.mark.parametrize(
    ("added", "complaint"),
    [
        (
            '[[events]]\nat = "2025-13-01"\ntitle = "x"',
            'story.toml, line 4: events[0].at is not a date: "2025-13-01". '
            "Write a date such as 2025-01-29.",
        ),
        ("since = true", "line 3: since is not a date: true."),
        ("since = 1700000000", "line 3: since is not a date"),
        ("\nsince = 2025-01-20T10:00:00", "line 4: since has no zone"),
        ('since = "2025-01-20T10:00"', "line 3: since has no zone"),
        ("since = 10:00:00", "line 3: since is not a date"),
        ("since = 2025-02-01\nuntil = 2025-02-01", "line 4: until must be later than since"),
        ("topic = 1", "line 3: topic is not a known key. Known are title, query, since"),
        ("evnets = []", "line 3: evnets is not a known key. Did you mean events?"),
        ('slug = "other"', "line 3: slug is not a known key."),
        ('path = "/etc/passwd"', "line 3: path is not a known key."),
        (
            "[[targets]]\nnames = 'x'\nname = 'y'",
            "line 4: targets[0].names is not a known key. Did you mean name?",
        ),
        (
            "[[targets]]\naliases = []",
            "line 3: targets[0].name is missing. Add a line such as name =",
        ),
        ("[[targets]]\nname = ''", "line 4: targets[0].name has 0 characters"),
        ("[[targets]]\nname='a'\n[[targets]]\nname='A'", "line 3: targets hold “a” twice"),
        ("targets = [\n\n {name = 1},\n]", "line 3: targets[0].name is not text: 1."),
        ("events = 3", "line 3: events is not a list: 3. Write it as in [[events]]"),
        ("events = [3]", "line 3: events[0] is not a table: 3."),
        (
            "[[events]]\nat=2025-01-01\ntitle='x'\nurl='javascript:a'",
            "line 6: events[0].url is not a web address",
        ),
        (
            "[sources]\nrss = 1",
            "line 4: sources.rss is not a table: 1. Write it as in [sources.rss].",
        ),
        ("[sources.rss]\nfeeds = 'https://a.b'", "line 4: sources.rss.feeds is not a list"),
        (
            "[sources.rss]\nfeeds = ['ftp://a.b']",
            "line 4: sources.rss.feeds[0] is not a web address",
        ),
        ("[sources.rss]\nfeed = []", "line 3: sources.rss has no key feed. Did you mean feeds?"),
        ("synthetic = 'yes'", 'line 3: synthetic is neither true nor false: "yes".'),
        ("since = 2025-13-01", "line 3: this is not TOML"),
        ("title = 'again'", "line 3: this is not TOML"),
        ("x = [", "line 3: this is not TOML"),
        ("x = " + "[" * 100_000, "story.toml"),
    ],
)
def test_each_mistake_has_its_line_and_mend(added: str, complaint: str, refused: Refused) -> None:
    said = refused(GOOD + added)
    assert complaint in said[0]
    assert said[0].startswith("story.toml")


def test_all_mistakes_are_named_at_once_in_the_order_of_the_file(refused: Refused) -> None:
    said = refused("titel = 'x'\nquery = '''(openai'''\nsynthetic = 1\n")
    assert [line.split(":")[0] for line in said if line.startswith("story")] == [
        "story.toml, line 1",
        "story.toml, line 1",
        "story.toml, line 2",
        "story.toml, line 3",
    ]
    assert (
        "query cannot be read, column 1: this ( is never closed. Add a ) where it ends." in said[2]
    )
    assert said[3:5] == ["  (openai", "  ^"]


def test_of_many_mistakes_the_first_are_named(refused: Refused) -> None:
    said = refused(GOOD + "\n".join(f"x{n} = 1" for n in range(25)))
    assert len(said) == 11
    assert said[-1] == "story.toml: and 15 more."


def test_a_query_must_be_text_that_asks_for_something(refused: Refused) -> None:
    assert "line 2: query is not text: 3." in refused("title = 'x'\nquery = 3")[0]
    assert "nearly every post" in refused("title = 'x'\nquery = 'NOT openai'")[0]


def test_what_is_no_text_is_refused(refused: Refused, tmp_path: Path) -> None:
    assert "line 2: not UTF-8 text" in refused(b'title = "x"\nquery = "\xff"')[0]
    assert "larger than 256 KB" in refused("#" * (FILE_CAP_BYTES + 1))[0]
    assert "title is missing" in refused("")[0]
    with pytest.raises(TopicError, match="cannot be read"):
        load(tmp_path / "absent.toml")
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(TopicError, match="cannot be read"):
        load(tmp_path / "folder.toml")


# Names and places


@pytest.mark.parametrize(
    "name", ["a", "openai-deepseek", "2025", "a" * 64, "console", "com10", "a-"]
)
def test_slugs(name: str) -> None:
    assert is_slug(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "A",
        "a b",
        "a_b",
        "a.b",
        "../x",
        "C:\\x",
        "a/b",
        "é",
        "-a",
        "a" * 65,
        "con",
        "nul",
        "com1",
        "lpt9",
        "a\n",
    ],
)
def test_no_slugs(name: str, tmp_path: Path) -> None:
    assert not is_slug(name)
    with pytest.raises(TopicError, match="There is no topic"):
        find(tmp_path, name)


def test_a_name_that_is_no_text_is_refused_in_text(tmp_path: Path) -> None:
    with pytest.raises(TopicError) as caught:
        find(tmp_path, "a\udcffb" + "x" * 9_000)
    assert "no topic “a\ufffdbx" in str(caught.value)
    assert len(str(caught.value)) < 600


def test_a_file_with_a_bad_name_is_refused_and_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "topics"
    folder.mkdir()
    for name in ("con.toml", "My Story.toml", ".hidden.toml"):
        (folder / name).write_text(GOOD)
    with caplog.at_level(logging.WARNING):
        assert set(topics(tmp_path)) == {"openai-deepseek"}
    assert len(caplog.records) == 2
    with pytest.raises(TopicError) as caught:
        load(folder / "con.toml")
    assert SLUG_RULE in str(caught.value)


def test_topics_of_the_home_come_first_and_replace_bundled_ones(tmp_path: Path) -> None:
    assert list(topics(tmp_path)) == ["openai-deepseek"]
    folder = tmp_path / "topics"
    folder.mkdir()
    (folder / "zebra.toml").write_text(GOOD)
    (folder / "notes.txt").write_text("no topic")
    shutil.copy(bundled("topics") / "openai-deepseek.toml", folder)
    assert list(topics(tmp_path).items()) == [
        ("openai-deepseek", folder / "openai-deepseek.toml"),
        ("zebra", folder / "zebra.toml"),
    ]
    assert find(tmp_path, "zebra").slug == "zebra"


def test_an_unknown_topic_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(TopicError) as caught:
        find(tmp_path, "openai-deepsek")
    assert "Did you mean openai-deepseek?" in str(caught.value)
    assert "Known: openai-deepseek." in str(caught.value)
    assert caught.value.exit_code == 2
