"""Events are added, changed and removed from the overview, and shown in its chart at once."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import access, event_editor
from dashboard.access import Access, Role
from groundswell.authoring import check_event
from groundswell.store.owner import Owner, hold
from groundswell.topic import Event, find
from tests.dashboard import stories
from tests.dashboard.conftest import SLOWEST_S, Open

SCRIPT = Path(__file__).with_name("event_page.py")
AT = datetime(2025, 1, 28, 9, 30)  # noqa: DTZ001  # as the widget has it; its label says UTC


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Owner]:
    """A short story whose topic a test changes."""
    stories.write_topic(tmp_path)
    stories.fill(tmp_path, stories.story(hours=48))
    owner = stories.open_home(tmp_path)
    yield owner
    access.hold(Access(everybody=Role.OPERATOR))
    owner.stop()


def editor(owner: Owner) -> AppTest:
    hold(owner)
    return AppTest.from_file(SCRIPT, default_timeout=SLOWEST_S).run()


def events(owner: Owner) -> list[Event]:
    return list(find(owner.home, stories.SLUG).events)


def fill(app: AppTest, key: str, at: datetime | None, title: str, url: str = "") -> None:
    app.datetime_input(key=f"{key}_at").set_value(at)
    app.text_input(key=f"{key}_title").set_value(title)
    app.text_input(key=f"{key}_url").set_value(url)


def test_an_event_is_added_and_drawn_at_once(told: Owner, open_page: Open) -> None:
    before = open_page(told)
    app = editor(told)
    fill(app, "event_new", AT, "  A  new one ", "https://example.org/new")
    app.button(key="event_new_save").click().run()
    assert not app.exception
    assert not app.error
    assert Event(
        at=AT.replace(tzinfo=UTC), title="A new one", url="https://example.org/new"
    ) in events(told)
    after = before.run()
    assert "2  28 Jan 2025, 09:30 UTC  A new one" in [text.value for text in after.text]
    shapes = json.loads(after.get("plotly_chart")[0].proto.spec)["layout"]["shapes"]
    assert "2025-01-28T09:30:00" in [shape["x0"] for shape in shapes]


def test_an_event_is_changed_and_what_is_not_shown_of_its_time_stays(told: Owner) -> None:
    path = told.home / "topics" / f"{stories.SLUG}.toml"
    path.write_text(path.read_text().replace("12:00:00Z", "12:00:41Z # to the second"))
    app = editor(told)
    app.selectbox(key="event_place").set_value(0).run()
    assert app.datetime_input(key="event_0_at").value == datetime(2025, 1, 27, 12)  # noqa: DTZ001  # as above
    app.text_input(key="event_0_title").set_value("R1 is out")
    app.button(key="event_0_save").click().run()
    assert events(told)[0].title == "R1 is out"
    assert events(told)[0].at == datetime(2025, 1, 27, 12, 0, 41, tzinfo=UTC)
    assert "12:00:41Z # to the second" in path.read_text()


def test_an_event_is_removed(told: Owner) -> None:
    app = editor(told)
    app.selectbox(key="event_place").set_value(1).run()
    app.button(key="event_1_remove").click().run()
    assert [event.title for event in events(told)] == ["R1 is released"]


@pytest.mark.parametrize(
    ("at", "title", "url", "complaint"),
    [
        (None, "x", "", "The time is missing"),
        (AT, "   ", "", "The title has 0 characters"),
        (AT, "x", "javascript:alert(1)", "The link is not a web address"),
    ],
)
def test_what_is_no_event_is_said_and_nothing_is_written(
    told: Owner, at: datetime | None, title: str, url: str, complaint: str
) -> None:
    known = events(told)
    app = editor(told)
    fill(app, "event_new", at, title, url)
    app.button(key="event_new_save").click().run()
    (error,) = app.error
    assert complaint in error.value.replace("\\", "")
    assert events(told) == known


def test_nothing_changed_is_no_edit(told: Owner) -> None:
    before = (told.home / "topics" / f"{stories.SLUG}.toml").read_bytes()
    app = editor(told)
    app.selectbox(key="event_place").set_value(0).run()
    app.button(key="event_0_save").click().run()
    assert [info.value for info in app.info] == ["Nothing was changed."]
    assert (told.home / "topics" / f"{stories.SLUG}.toml").read_bytes() == before


def test_an_event_that_another_removed_is_said(
    told: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = editor(told)
    app.selectbox(key="event_place").set_value(1).run()
    stale = find(told.home, stories.SLUG)
    editor_of_another = editor(told)
    editor_of_another.selectbox(key="event_place").set_value(1).run()
    editor_of_another.button(key="event_1_remove").click().run()
    monkeypatch.setattr("groundswell.topic.load", lambda _: stale)
    app.button(key="event_1_remove").click().run()
    assert "not in the file any more" in app.error[0].value.replace("\\", "")


def test_a_hostile_title_is_only_text(told: Owner) -> None:
    app = editor(told)
    fill(app, "event_new", AT, stories.HOSTILE)
    app.button(key="event_new_save").click().run()
    app.run()
    options = app.selectbox(key="event_place").options
    assert any(stories.HOSTILE in option for option in options)  # a list shows text as it is
    assert not app.error


def test_who_may_not_operate_sees_no_button_and_changes_nothing(
    told: Owner, open_page: Open
) -> None:
    known = events(told)
    app = editor(told)
    fill(app, "event_new", AT, "x")
    access.hold(Access(everybody=Role.VIEWER))
    app.button(key="event_new_save").click().run()
    assert "not changed from its pages" in app.error[0].value.replace("\\", "")
    assert events(told) == known
    page = open_page(told)
    assert "Edit events" not in [button.label for button in page.button]
    access.hold(Access(everybody=Role.OPERATOR))
    assert "Edit events" in [button.label for button in page.run().button]


def test_a_complaint_names_the_field() -> None:
    _, faults = check_event({"at": AT.replace(tzinfo=UTC), "title": "", "url": None})
    assert event_editor.complaint(faults) == "The title has 0 characters. Write 1 to 300."
