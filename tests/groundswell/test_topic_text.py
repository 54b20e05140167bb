"""The text of a topic is written as a person would, and an edit changes one event and no more."""

import tomllib
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.authoring import check
from groundswell.topic import Event
from groundswell.topic_text import new_text, with_changed_event, with_event, without_event
from tests.groundswell.test_authoring import COMMENTED, EVENTS

# What people and other programs put between the tables of a file.
BETWEEN = st.lists(st.sampled_from(["", "# [[events]]", "#", "  # ü 'it\"", "\t"]), max_size=3)
PLAIN = ("[[targets]]\nname = 'x' # y", "[sources.rss]\nfeeds = [\n  'https://a.org/f', # f\n]")
FILES = st.tuples(
    BETWEEN,
    st.lists(
        st.tuples(
            st.one_of(
                st.sampled_from(PLAIN),
                EVENTS.map(lambda e: plain(e)),
                EVENTS.map(lambda e: odd(e)),
            ),
            BETWEEN,
        ),
        max_size=6,
    ),
)


def plain(event: Event) -> str:
    return with_event("", event).strip("\n")


def odd(event: Event) -> str:
    """The same event in another writing: keys parted, in another order, a text over two lines."""
    at = event.at.isoformat()
    title = (
        f"on {event.title}".encode("ascii", "ignore").decode().replace("\\", "").replace('"', "")
    )
    return f'  [[ "events" ]] # why\ntitle = """\\\n  {title}."""\n\n# inside\nat = {at} # when'


def file_of(parts: tuple[list[str], list[tuple[str, list[str]]]]) -> str:
    head, blocks = parts
    lines = ["title = 't' # the title", "query = 'openai'", *head]
    seen: set[str] = set()
    for block, after in blocks:
        if block in PLAIN and block in seen:
            continue
        seen.add(block)
        lines += [block, *after]
    return "\n".join(lines)


def order(event: Event) -> tuple[datetime, str, str]:
    return event.at, event.title, event.url or ""


def comments(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.lstrip().startswith("#")]


def test_a_draft_is_written_as_a_person_would() -> None:
    checked = check(
        {
            "title": "A story",
            "query": '"Sam Altman"  AND DeepSeek',
            "since": "2025-01-20",
            "until": "2025-02-01T12:00:00Z",
            "targets": [{"name": "OpenAI", "aliases": ["openai"]}, {"name": "DeepSeek"}],
            "events": [{"at": "2025-01-29", "title": "It happened", "url": "https://example.org/"}],
            "sources": {"hackernews": {}, "mastodon": {"instances": ["one.example"]}},
        }
    )
    assert checked.story is not None
    assert new_text(checked.story, '"Sam Altman"  AND DeepSeek') == (
        'title = "A story"\n'
        "query = '\"Sam Altman\" AND DeepSeek'\n"
        "since = 2025-01-20\n"
        "until = 2025-02-01T12:00:00Z\n\n"
        '[[targets]]\nname = "OpenAI"\naliases = ["openai"]\n\n'
        '[[targets]]\nname = "DeepSeek"\n\n'
        '[[events]]\nat = 2025-01-29\ntitle = "It happened"\nurl = "https://example.org/"\n\n'
        "[sources.hackernews]\n\n"
        '[sources.mastodon]\ninstances = ["one.example"]\n'
    )


def test_only_what_changed_of_an_event_is_written_anew() -> None:
    first = Event(at=datetime(2025, 1, 20, tzinfo=UTC), title="First", url="https://example.org/1")
    newer = Event(at=first.at, title="Newer", url=first.url)
    after = with_changed_event(COMMENTED, first, newer)
    assert after == COMMENTED.replace('"First"', '"Newer"')
    bare = with_changed_event(COMMENTED, first, Event(at=first.at, title="First"))
    assert bare == COMMENTED.replace('url = "https://example.org/1" # long\n', "")


def test_what_was_written_about_a_removed_event_stays() -> None:
    first = Event(at=datetime(2025, 1, 20, tzinfo=UTC), title="First", url="https://example.org/1")
    after = without_event(COMMENTED, first)
    assert comments(after) == comments(COMMENTED)
    assert "First" not in after


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(parts=FILES, event=EVENTS, newer=EVENTS, data=st.data())
def test_an_edit_changes_events_and_nothing_else(
    parts: Any, event: Event, newer: Event, data: st.DataObject
) -> None:
    text = file_of(parts)
    before = tomllib.loads(text)
    known = [Event.model_validate(one) for one in before.pop("events", [])]

    def holds(after: str, events: list[Event]) -> None:
        said = tomllib.loads(after)
        found = [Event.model_validate(one) for one in said.pop("events", [])]
        assert said == before
        assert sorted(map(order, found)) == sorted(map(order, events))

    added = with_event(text, event)
    holds(added, [*known, event])
    kept = added.split("\n")
    assert [line for line in text.rstrip().split("\n") if line not in kept] == []
    if not known:
        return
    old = data.draw(st.sampled_from(known))
    rest = list(known)
    rest.remove(old)
    changed, less = with_changed_event(text, old, newer), without_event(text, old)
    holds(changed, [*rest, newer])
    assert comments(changed) == comments(text)
    holds(less, rest)
    held = comments(less)
    assert [line for line in comments(text) if line not in held and line != "# inside"] == []


def test_events_without_a_line_between_them_stay_so_though_one_stands_before_them() -> None:
    text = (
        'title = "x"\nquery = "y"\n\n[[events]]\nat = 2025-01-27T12:00:00Z\ntitle = "R1"\n'
        '[[events]]\nat = 2025-01-29T06:00:00Z\ntitle = "Two"\n[sources.rss]\n'
    )
    between = Event(at=datetime(2025, 1, 28, 9, 30, tzinfo=UTC), title="In between")
    more = with_event(text, between)
    assert 'title = "R1"\n[[events]]\nat = 2025-01-28T09:30:00Z' in more
    assert without_event(more, between) == text
