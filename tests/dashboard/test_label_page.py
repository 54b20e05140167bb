"""The desk on the page of labels: drawn, labelled, undone, carried as CSV, for who may."""

import csv
import io
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import access, label_desk
from dashboard import label_words as said
from dashboard.access import Access, Role
from dashboard.label_desk import Place
from groundswell.labels.agreement import Interval, agreement
from groundswell.store.owner import Owner
from groundswell.topic import find
from tests.dashboard import labelling, stories
from tests.dashboard.conftest import Open
from tests.dashboard.labelling import TARGET

ADA = {"labeller": "ada", "target": TARGET}


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    """Thirty posts that can be drawn."""
    home = tmp_path_factory.mktemp("desk")
    stories.write_topic(home)
    labelling.fill(home)
    owner = stories.open_home(home)
    yield owner
    access.hold(Access(everybody=Role.OPERATOR))
    owner.stop()


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def drawn(owner: Owner, open_page: Open, size: int = 6) -> AppTest:
    app = open_page(owner, "label")
    app.text_input(key="labeller").set_value("ada").run()
    app.number_input(key="label_size").set_value(size)
    return press(app, "Draw")


def header(app: AppTest) -> str:
    return str(app.header[0].value.replace("\\", ""))


def texts(app: AppTest) -> list[str]:
    return [text.value for text in app.text if text.value.startswith("Take ")]


def stored(owner: Owner) -> list[tuple[str, str]]:
    with owner.read() as cur:
        return cur.execute("SELECT labeller, label FROM labels ORDER BY labelled_at").fetchall()


def test_posts_are_drawn_and_labelled_one_by_one(desk: Owner, open_page: Open) -> None:
    app = drawn(desk, open_page)
    assert not app.exception
    assert header(app) == "0 of 6 drawn posts are labelled towards OpenAI"
    seen = []
    for label in ("Against", "None", "Favor", "Unclear", "Off topic"):
        (text,) = texts(app)
        seen.append(text)
        press(app, label)
    assert len(set(seen)) == 5
    assert stored(desk) == [
        ("ada", label) for label in ("against", "none", "favor", "unclear", "off_topic")
    ]
    assert any(caption.value == "5 posts by you so far." for caption in app.caption)
    assert header(app) == "3 of 6 drawn posts are labelled towards OpenAI"
    (counts,) = [c.value for c in app.caption if "to go" in c.value]
    assert "1 against, 1 none, 1 in favor; 1 unclear, 1 off topic and 1 not looked at." in counts
    assert "97 in all, 9 against, 9 none and 9 in favor to go." in counts
    press(app, "Against")
    assert [one.value for one in app.success] == [
        "No drawn post waits for you. Draw more, or let somebody else label those skipped."
    ]


def test_nobodys_name_and_no_score_is_on_the_page(desk: Owner, open_page: Open) -> None:
    app = drawn(desk, open_page)
    for _ in range(2):
        shown = str([element.value for element in (*app.text, *app.caption, *app.markdown)])
        assert "Take " in shown
        assert labelling.AUTHOR not in shown
        assert "lite" not in shown
        press(app, "Favor")


def test_undo_shows_the_post_again(desk: Owner, open_page: Open) -> None:
    app = drawn(desk, open_page)
    (first,) = texts(app)
    press(app, "Against")
    assert texts(app) != [first]
    press(app, "Undo")
    assert texts(app) == [first]
    assert stored(desk) == []
    press(app, "Undo")
    assert [one.value for one in app.warning if "take back" in one.value]


def test_each_button_has_its_key(desk: Owner, open_page: Open) -> None:
    app = drawn(desk, open_page)
    keys = {button.label: button.proto.shortcut for button in app.button}
    wanted = {
        "Against": "a",
        "None": "n",
        "Favor": "f",
        "Unclear": "u",
        "Skip": "s",
        "Undo": "z",
        "Off topic": "o",
    }
    assert {name: keys[name].lower() for name in wanted} == wanted


def test_a_second_press_cannot_label_the_next_post(desk: Owner, open_page: Open) -> None:
    drawn(desk, open_page)
    place = Place(topic=stories.SLUG, target=TARGET, labeller="ada")
    with desk.read() as cur:
        ((first,),) = cur.execute("SELECT post_no FROM drawn WHERE place = 0").fetchall()
    for _ in range(2):
        label_desk.give(place, first, "against")
    assert stored(desk) == [("ada", "against")]


def test_where_labellers_differ_one_decides(desk: Owner, open_page: Open) -> None:
    app = drawn(desk, open_page, 2)
    press(press(app, "Against"), "None")
    app.text_input(key="labeller").set_value("ben").run()
    press(press(app, "Favor"), "None")
    assert any("2 posts labelled by two or more people: 50%" in c.value for c in app.caption)
    app.toggle(key="label_differing").set_value(True).run()
    assert len(texts(app)) == 1
    press(app, "Favor")  # ben stays with it: the post is passed, and differs still
    assert texts(app) == []
    app.text_input(key="labeller").set_value("ada").run()
    press(app, "Favor")
    assert header(app) == "2 of 2 drawn posts are labelled towards OpenAI"


def test_labels_go_out_and_come_in_as_csv(desk: Owner, open_page: Open) -> None:
    app = drawn(desk, open_page, 3)
    press(app, "Against")
    topic = find(desk.home, stories.SLUG)
    name = said.file_name(topic, stories.START)
    assert name == "groundswell-sample-story-synthetic-labels-20250127.csv"
    body = label_desk.csv_of(topic)
    (row,) = csv.DictReader(io.StringIO(body.decode(), newline=""))
    assert (row["label"], row["labeller"], row["target"]) == ("against", "ada", TARGET)
    assert row["text"].startswith("Take ")
    of_ben = body.replace(b'"ada"', b'"ben"') + b'"x","nowhere","OpenAI","ben","none"\r\n'
    parts, rejects = label_desk.take(topic, "me", of_ben)
    assert [part.taken for part in parts] == [1]
    assert [reject.line for reject in rejects] == [3]
    assert said.taken(parts, len(rejects)) == "1 label taken, 1 rejected."
    again, _ = label_desk.take(topic, "me", of_ben)
    assert said.taken(again, 1).endswith("Among the file's: 1 known already.")
    assert stored(desk) == [("ada", "against"), ("ben", "against")]


def test_visitors_from_elsewhere_see_how_far_it_is_and_label_nothing(
    desk: Owner, open_page: Open
) -> None:
    app = drawn(desk, open_page)
    access.hold(Access(everybody=Role.VIEWER))
    press(app, "Against")  # drawn before
    assert stored(desk) == []
    assert {button.label for button in app.button} & {"Against", "Draw", "Take them in"} == set()
    assert header(app) == "0 of 6 drawn posts are labelled towards OpenAI"
    assert any("on the machine itself" in caption.value for caption in app.caption)


def test_without_a_name_nothing_is_labelled(desk: Owner, open_page: Open) -> None:
    app = drawn(desk, open_page)
    app.text_input(key="labeller").set_value("  ").run()
    assert texts(app) == []
    assert any("your name" in info.value for info in app.info)


def test_before_the_first_draw_it_says_what_to_do(one_post: Owner, open_page: Open) -> None:
    app = open_page(one_post, "label")
    assert "Press “Draw posts”" in app.info[0].value
    access.hold(Access(everybody=Role.VIEWER))
    app = open_page(one_post, "label")
    assert any("A labeller draws some first" in caption.value for caption in app.caption)


def test_a_story_nobody_read_towards_its_target_says_what_to_do(
    one_post: Owner, open_page: Open
) -> None:
    app = open_page(one_post, "label")
    assert header(app) == "No post has been drawn yet to be labelled towards OpenAI"
    press(app, "Draw")
    assert ["groundswell rescore" in error.value.replace("\\", "") for error in app.error] == [True]


def test_a_query_that_changed_is_told(desk: Owner, open_page: Open) -> None:
    drawn(desk, open_page)
    path = desk.home / "topics" / f"{stories.SLUG}.toml"
    path.write_text(path.read_text().replace("openai OR deepseek", "openai"))
    app = open_page(desk, "label")
    assert any("query of the topic has changed" in one.value for one in app.warning)


def test_agreement_in_words() -> None:
    votes = [{"ada": "against", "ben": "against"}, {"ada": "none", "ben": "favor"}]
    assert said.agreed(agreement([])).startswith("No post was labelled by two")
    assert "2 posts labelled by two or more people: 50% of pairs" in said.agreed(agreement(votes))
    assert said.interval(Interval(value=None, low=None, high=None)).startswith("not defined")
    assert said.interval(Interval(value=0.5, low=None, high=None)) == "0.50"
    assert said.interval(Interval(value=0.5, low=0.25, high=0.75)) == "0.50 (95% 0.25 to 0.75)"
    assert said.interval(Interval(value=-0.004, low=-0.5, high=0.5)) == "0.00 (95% −0.50 to 0.50)"
