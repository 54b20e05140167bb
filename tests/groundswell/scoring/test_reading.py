"""Each post gets one reading, in order; a withheld one is not read at all."""

import subprocess
import sys

from groundswell.scoring import read, read_text
from groundswell.scoring.score import NOT_SCORED
from tests.builders import make_post

LOVED = "I love how this company works, it is a great place to be"


def test_posts_are_read_in_order() -> None:
    posts = [
        make_post(1, text=LOVED),
        make_post(2, text="Die Firma sagt, dass die Konkurrenz ihr Modell kopiert hat"),
        make_post(3, text="@sample-user-17 https://example.org/x"),
    ]
    readings = read(posts)
    assert [reading.lang for reading in readings] == ["en", "de", "und"]
    labels = [reading.scores[0].label for reading in readings]
    assert labels == ["positive", NOT_SCORED, NOT_SCORED]
    assert [reading.scores[0].reason for reading in readings] == [None, "not English", "no letters"]


def test_every_reading_has_one_vader_score_with_value_or_reason() -> None:
    texts = [LOVED, "", "😂", "ok", "Guten Morgen zusammen", "https://example.org", "hate"]
    for reading in read([make_post(n, text=text) for n, text in enumerate(texts)]):
        (score,) = reading.scores
        assert score.model == "vader"
        assert (score.value is None) == (score.label == NOT_SCORED) == (score.reason is not None)


def test_a_withheld_post_is_not_read() -> None:
    (reading,) = read([make_post(text=LOVED, lang_declared="en", withheld="no-unauthenticated")])
    (score,) = reading.scores
    assert (reading.lang, reading.lang_confidence) == ("und", 0.0)
    assert (score.label, score.value, score.reason) == (NOT_SCORED, None, "withheld")


def test_the_authors_tag_is_heard() -> None:
    (agreed, disputed) = read(
        [
            make_post(1, text="Good morning my friends", lang_declared="en"),
            make_post(2, text="Good morning my friends", lang_declared="fr"),
        ]
    )
    assert (agreed.lang, agreed.lang_confidence) == ("en", 1.0)
    assert disputed.lang == "und"
    assert disputed.scores[0].reason == "language unknown"


def test_handles_carry_no_sentiment() -> None:
    with_handle = read_text("@love said that the model has seven layers in it")
    assert with_handle.scores[0].value == 0.0


def test_no_posts_no_readings() -> None:
    assert read([]) == []


def test_importing_the_room_loads_no_model() -> None:
    code = (
        "import sys, groundswell.scoring, groundswell.scoring.files; "
        "print({'eldc', 'vaderSentiment', 'rensa', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "set()"
