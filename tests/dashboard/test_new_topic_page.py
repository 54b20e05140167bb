"""A first topic is described, checked, estimated, written and set going; its progress is shown."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import access, first_posts, first_sources, topic_desk
from dashboard.access import Access, Role
from dashboard.topic_desk import Going
from groundswell.errors import GroundswellError
from groundswell.schedule import keeper
from groundswell.schedule.keeper import Keeper
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store import jobs
from groundswell.store.owner import Owner, hold
from groundswell.topic import find
from tests.dashboard import stories
from tests.dashboard.conftest import MAIN, SLOWEST_S, Open
from tests.dashboard.screen import shown


def source(name: str, **more: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "source": name,
        "lacking": [],
        "paid": False,
        "live": False,
        "past": True,
        "history": "everything",
        "terms": "Terms.",
        "options": [],
        "required": [],
        "every_s": 900,
        "estimates": False,
    }
    return known | more


SOURCES = [
    source("hackernews", estimates=True),
    source("jetstream", live=True, every_s=None),
    source("mastodon", options=["instances", "tags"], required=["instances", "tags"]),
    source("x", lacking=["GROUNDSWELL_X_BEARER_TOKEN"], paid=True),
]


class Answered:
    """A question that was answered at once."""

    def __init__(self, answer: list[dict[str, Any]] | None, draft: Any = None) -> None:
        self._answer, self.draft = answer, draft

    def is_over(self) -> bool:
        return True

    def wait(self, patience_s: float) -> bool:
        return True

    def answer(self) -> list[dict[str, Any]]:
        if self._answer is None:
            raise GroundswellError("The answer did not come. Try again in a moment.")
        return self._answer


class Started:
    """A run that goes on until told otherwise."""

    pid = 4711
    code: int | None = None

    def exit_code(self) -> int | None:
        return self.code

    def ask(self) -> None: ...

    def kill(self) -> None: ...

    def heartbeat_at(self) -> None:
        return None

    def last_words(self) -> str:
        return "hackernews: 12 posts; complete."


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Owner]:
    """A home without any topic, not even the one that ships."""
    monkeypatch.setattr("groundswell.topic.bundled", lambda _: tmp_path / "none")
    monkeypatch.setattr(topic_desk, "ask_sources", lambda: Answered(SOURCES))
    st.cache_data.clear()
    owner = stories.open_home(tmp_path)
    yield owner
    keeper.hold(None)
    access.hold(Access(everybody=Role.OPERATOR))
    owner.stop()


def opened(owner: Owner, **address: str | list[str]) -> AppTest:
    hold(owner)
    app = AppTest.from_file(MAIN, default_timeout=SLOWEST_S)
    for name, value in address.items():
        app.query_params[name] = value
    app.session_state["painted"] = True
    return app.run()


def describe(app: AppTest, title: str = "A story", query: str = "openai deepseek") -> AppTest:
    app.text_input(key="new_title").set_value(title)
    app.text_input(key="new_query").set_value(query)
    return app.run()


def create(app: AppTest) -> AppTest:
    return app.button(key="new_create").click().run()


def errors(app: AppTest) -> list[str]:
    return [shown(error.value) for error in app.error]


def headers(app: AppTest) -> list[str]:
    return [shown(header.value) for header in app.header]


def test_without_a_topic_the_first_one_is_asked_for(fresh: Owner) -> None:
    app = opened(fresh)
    assert not app.exception
    assert not app.error
    assert [title.value for title in app.title] == ["Your first topic"]
    assert headers(app)[0] == "What to look for"
    table = app.dataframe[0].value
    assert table["source"].to_list() == ["Hacker News", "Bluesky's live stream", "Mastodon", "X"]
    assert table["ready"].to_list() == [
        "yes",
        "yes, from now on",
        "yes, given servers and hashtags",
        "no: set GROUNDSWELL_X_BEARER_TOKEN",
    ]


def test_a_query_is_explained_or_its_fault_shown(fresh: Owner) -> None:
    app = describe(opened(fresh), query="openai AND")
    assert "This cannot be read yet." in errors(app)
    assert "the query ends after AND" in app.code[0].value
    describe(app, query="openai (deepseek OR r1)")
    assert not app.error
    assert "mention “openai”" in shown(app.success[0].value)
    assert app.code[0].value == "openai deepseek\nopenai r1"


def test_nothing_is_written_while_something_is_missing(fresh: Owner) -> None:
    app = create(opened(fresh))
    assert errors(app)[0] == "The title has 0 characters. Write 1 to 300."
    assert len(app.error) == 2
    assert not (fresh.home / "topics").exists()
    app.multiselect(key="new_sources").set_value(["mastodon"]).run()
    create(describe(app))
    assert errors(app)[0] == "Servers of Mastodon: is missing."
    app.text_area(key="new_option_mastodon_instances").set_value("one.example").run()
    app.text_area(key="new_option_mastodon_tags").set_value("openai").run()
    create(app)
    topic = find(fresh.home, "a-story")
    assert topic.sources["mastodon"].instances == ("one.example",)


def test_a_topic_is_written_scheduled_run_and_its_progress_shown(
    fresh: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Started()
    mine = Keeper(fresh, Settings(home=fresh.home), launch=lambda _: run)
    keeper.hold(mine)
    app = describe(opened(fresh), title="A story <b>&")
    app.multiselect(key="new_sources").set_value(["hackernews", "x", "jetstream"]).run()
    assert "X is not ready" in app.warning[0].value
    assert "costs money" in app.warning[1].value
    app.text_area(key="new_targets").set_value("OpenAI: open ai").run()
    create(app)
    assert not app.exception
    assert not app.error
    topic = find(fresh.home, "a-story-b")
    assert topic.targets[0].aliases == ("open ai",)
    with fresh.read() as cursor:
        (job,) = jobs.jobs(cursor)
    assert (job.sources, str(job.timing)) == (("hackernews",), "every 15 minutes")
    assert shown(app.title[0].value) == "A story <b>&"
    assert headers(app) == ["Collecting: 0 posts so far"]
    assert app.dataframe[0].value["state"].to_list() == ["running"]
    assert any("Not collected yet: X" in shown(one.value) for one in app.caption)
    fill(fresh, "a-story-b")
    app.run()
    assert headers(app) == ["Collecting: 40 posts so far"]
    assert app.dataframe[0].value["posts"].to_list() == [40]
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert sum(figure["data"][0]["y"]) == 40
    run.code = 0
    mine.turn()
    app.run()
    assert headers(app) == ["40 posts collected"]
    assert app.dataframe[0].value["said"].to_list() == ["hackernews: 12 posts; complete."]
    app.button(key="new_again").click().run()
    assert [title.value for title in app.title] == ["New topic"]


def fill(owner: Owner, slug: str) -> None:
    """Forty posts for the topic, taken in."""
    posts = [stories.post(n, "hackernews") for n in range(40)]
    made = stories.batch(posts, "hackernews", topic=slug, targets={slug: ["OpenAI"]})
    spool = Spool(owner.home, limit_bytes=10**9)
    spool.write(with_matches(made, slug))
    owner.absorb_now()
    end_s = time.monotonic() + SLOWEST_S
    while owner.topic_version(slug) == 0 and time.monotonic() < end_s:
        time.sleep(0.02)


def with_matches(batch: Any, slug: str) -> Any:
    return replace(
        batch,
        posts=[
            replace(one, matches=tuple(replace(m, topic=slug) for m in one.matches))
            for one in batch.posts
        ],
    )


def test_a_server_without_a_schedule_says_how_to_collect(fresh: Owner) -> None:
    app = create(describe(opened(fresh)))
    assert not app.error
    assert "groundswell collect a-story" in [code.value for code in app.code]
    assert any("runs no schedule" in info.value for info in app.info)


def test_sites_are_asked_for_an_estimate_only_on_demand(
    fresh: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def estimating(draft: Any) -> Answered:
        asked.append(draft)
        said = {"state": "estimated", "message": "about 1,234 hits of 1 search", "searches": 1}
        none = {"state": "no estimate", "message": "its site does not say", "searches": None}
        return Answered(
            [
                {"source": "hackernews", "hits": 1234, **said},
                {"source": "mastodon", "hits": None, **none},
            ],
            draft,
        )

    monkeypatch.setattr(first_sources, "Estimating", estimating)
    app = describe(opened(fresh))
    assert asked == []
    app.button(key="new_estimate_ask").click().run()
    assert [draft["query"] for draft in asked] == ["openai deepseek"]
    assert any("About **1,234** hits, of 1 source" in one.value for one in app.markdown)
    assert app.dataframe[1].value["said"].to_list() == [
        "about 1,234 hits of 1 search",
        "no estimate: its site does not say",
    ]
    describe(app, query="openai")
    assert any("something else" in caption.value for caption in app.caption)
    assert len(app.dataframe) == 1


def test_an_answer_that_does_not_come_is_said(
    fresh: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_desk, "ask_sources", lambda: Answered(None))
    app = opened(fresh)
    assert errors(app) == ["The answer did not come. Try again in a moment."]
    assert not app.exception


def test_a_title_that_is_taken_gets_another_name(fresh: Owner) -> None:
    app = create(describe(opened(fresh)))
    app.button(key="new_again").click().run()
    create(describe(app))
    assert {path.name for path in (fresh.home / "topics").iterdir()} == {
        "a-story.toml",
        "a-story-2.toml",
    }


def test_posts_of_a_topic_whose_file_is_gone_are_not_taken_over(fresh: Owner) -> None:
    fill(fresh, "a-story")
    app = create(describe(opened(fresh)))
    assert "There are posts of a topic a-story already" in errors(app)[0]
    assert not (fresh.home / "topics" / "a-story.toml").exists()


def test_who_may_not_operate_reads_a_sentence(fresh: Owner, story: Owner, open_page: Open) -> None:
    app = describe(opened(fresh))
    access.hold(Access(everybody=Role.VIEWER))
    create(app)
    assert not (fresh.home / "topics").exists()
    app = opened(fresh)
    assert "made on the machine itself" in app.info[0].value
    assert not app.button
    page = open_page(story)
    assert "New topic" not in [link.proto.label for link in page.get("page_link")]


def test_the_page_is_reached_from_the_topic_chooser(
    story: Owner, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_desk, "ask_sources", lambda: Answered(SOURCES))
    page = open_page(story)
    assert "New topic" in [link.proto.label for link in page.get("page_link")]
    app = open_page(story, "new_topic")
    assert not app.exception
    assert [title.value for title in app.title] == ["New topic"]


DRAFT: dict[str, str | list[str]] = {
    "new_title": f"A story {stories.HOSTILE}",
    "new_query": "openai (deepseek OR r1)",
    "new_targets": "OpenAI: open ai\nDeepSeek",
    "new_since": "2025-01-27T00:00",
    "new_sources": ["Mastodon", "Hacker News"],
    "new_option_mastodon_instances": "one.example",
    "new_option_mastodon_tags": "openai\ndeepseek",
}


def test_what_was_typed_comes_back_from_the_address(fresh: Owner) -> None:
    app = opened(fresh, **DRAFT)
    assert not app.exception
    assert app.text_input(key="new_title").value == DRAFT["new_title"]
    create(app)
    assert not app.error
    (path,) = (fresh.home / "topics").iterdir()
    topic = find(fresh.home, path.stem)
    assert topic.title == DRAFT["new_title"]
    assert [target.name for target in topic.targets] == ["OpenAI", "DeepSeek"]
    assert set(topic.sources) == {"mastodon", "hackernews"}
    assert topic.sources["mastodon"].tags == ("openai", "deepseek")
    assert topic.since is not None
    assert topic.since.isoformat() == "2025-01-27T00:00:00+00:00"


def test_another_topic_begins_with_an_empty_form(fresh: Owner) -> None:
    app = create(opened(fresh, new_title="A story", new_query="openai"))
    app.button(key="new_again").click().run()
    assert [title.value for title in app.title] == ["New topic"]
    assert (app.text_input(key="new_title").value or "") == ""
    assert (app.text_input(key="new_query").value or "") == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("new_since", "yesterday"),
        ("new_sources", "<script>"),
        ("new_title", "x" * 20_000),
        ("new_query", stories.HOSTILE),
        ("new_targets", "\x00" * 9_000),
    ],
)
def test_a_hostile_address_makes_no_more_than_a_form(fresh: Owner, name: str, value: str) -> None:
    app = opened(fresh, **{name: value})
    assert not app.exception
    assert [title.value for title in app.title] == ["Your first topic"]
    assert not (fresh.home / "topics").exists()
    assert "<script>" not in "".join(one.value for one in (*app.markdown, *app.caption))


def test_filters_without_effect_are_not_shown(
    story: Owner, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_desk, "ask_sources", lambda: Answered(SOURCES))
    app = open_page(story, "new_topic")
    assert [box.label for box in app.sidebar.selectbox] == ["Topic"]
    assert not app.sidebar.multiselect
    assert not app.sidebar.text_input
    assert app.sidebar.selectbox[0].value == stories.SLUG
    assert len(open_page(story).sidebar.multiselect) > 0


def test_the_headline_says_how_far_it_is() -> None:
    def job(**last: Any) -> dict[str, Any]:
        return {"last": last or None, "state": "running", "sources": ["hackernews"]}

    over = Going(jobs=[job(ended_at="2025-01-01T00:00:00+00:00")])
    assert first_posts.finding(1, Going(jobs=[job()])) == "Collecting: 1 post so far"
    still = first_posts.finding(0, Going(jobs=[job()]), runs=False)
    assert still == "0 posts so far; this server collects none by itself"
    assert first_posts.finding(1234, over) == "1,234 posts collected"
    assert first_posts.finding(0, over) == "No post was found"
    assert first_posts.finding(0, Going(jobs=[])) == "Nothing is being collected"
    live = Going(jobs=[], is_live=True)
    assert first_posts.finding(5, live) == "Following the live stream: 5 posts so far"
