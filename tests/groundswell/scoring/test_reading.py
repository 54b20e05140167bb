"""Each post gets one reading, in order; what cannot be read says why; no text is refused."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.post import Post
from groundswell.scoring import lite, read, read_text, reader
from groundswell.scoring.crew import LEAST_ITEMS, crew
from groundswell.scoring.lite import model
from groundswell.scoring.lite.wording import SCAN_CHARS
from groundswell.scoring.posts import TOO_LONG
from groundswell.scoring.score import NOT_SCORED, Reading, Score
from groundswell.scoring.scorer import version
from groundswell.topic import Target
from tests.builders import make_post

LOVED = "I love how this company works, it is a great place to be"
LEAD = (
    "It's funny how OpenAI, which has been consuming our data without permission, is now accusing "
    "DeepSeek of the same thing"
)
HEADLINE = "OpenAI says it has evidence that DeepSeek used its model"
OPENAI = Target(name="OpenAI", aliases=("openai", "open ai", "chatgpt", "altman", "@openai"))
DEEPSEEK = Target(name="DeepSeek", aliases=("deepseek", "r1"))
BOTH = (OPENAI, DEEPSEEK)
GERMAN = "OpenAI sagt, dass die Konkurrenz ihr Modell kopiert hat"


def one(reading: Reading, model: str, target: str | None = None) -> Score:
    (score,) = (s for s in reading.scores if (s.model, s.target) == (model, target))
    return score


def sides(post: Post, parents: Mapping[str, str] | None = None) -> dict[str, str]:
    """Stance by target."""
    (reading,) = read([post], BOTH, parents)
    return {score.target: score.label for score in reading.scores if score.target is not None}


def test_posts_are_read_in_order() -> None:
    readings = read(
        [
            make_post(1, text=LOVED),
            make_post(2, text=GERMAN),
            make_post(3, text="@sample-user-17 https://example.org/x"),
        ]
    )
    assert [reading.lang for reading in readings] == ["en", "de", "und"]
    for name in ("vader", "lite"):
        found = [one(reading, name) for reading in readings]
        assert [score.label for score in found] == ["positive", NOT_SCORED, NOT_SCORED]
        assert [score.reason for score in found] == [None, "not English", "no letters"]


def test_every_reading_has_a_score_of_the_message_or_a_reason() -> None:
    texts = [LOVED, "", "😂", "ok", "Guten Morgen zusammen", "https://example.org", "I hate that"]
    for reading in read([make_post(n, text=text) for n, text in enumerate(texts)]):
        for name in ("vader", "lite"):
            score = one(reading, name)
            assert (score.value is None) == (score.label == NOT_SCORED)
            assert (score.reason is not None) == (score.label == NOT_SCORED)
        irony = [score for score in reading.scores if score.model == "lite-irony"]
        assert bool(irony) == (one(reading, "vader").reason is None)


def test_the_quote_of_the_story_is_against_one_of_two() -> None:
    (reading,) = read([make_post(text=LEAD)], BOTH)
    assert one(reading, "vader").value == pytest.approx(0.296)
    stance = one(reading, "lite", "OpenAI")
    assert stance.label == "against"
    assert stance.value is not None
    assert stance.confidence is not None
    assert -1 <= stance.value < 0 < stance.confidence <= 1
    assert stance.version == version()
    assert one(reading, "lite", "DeepSeek").label == "none"
    assert 0 < (one(reading, "lite-irony").value or 0) <= 1


def test_a_headline_takes_no_side() -> None:
    assert sides(make_post(text=HEADLINE)) == {"OpenAI": "none", "DeepSeek": "none"}


def test_what_only_passes_on_is_judged_by_rule() -> None:
    harsh = "OpenAI is a disgrace and everybody hates it"
    assert sides(make_post(text=harsh))["OpenAI"] == "against"
    (reading,) = read([make_post(text=f"Breaking: {harsh}", card_text=harsh)], BOTH)
    passed_on = one(reading, "lite", "OpenAI")
    assert (passed_on.label, passed_on.value, passed_on.confidence) == ("none", 0.0, None)
    assert one(reading, "lite").label == "negative"


def test_a_reply_takes_its_target_from_what_it_answers() -> None:
    parent = make_post(1, text="OpenAI raised its prices again")
    reply = make_post(2, text="they are thieves", reply_to=parent.uri)
    assert sides(reply) == {}
    assert sides(reply, {parent.uri: parent.text}) == {"OpenAI": "against"}
    in_batch = read([reply, parent], BOTH)[0]
    assert one(in_batch, "lite", "OpenAI").label == "against"


def test_a_target_that_is_not_spoken_of_has_no_row() -> None:
    assert sides(make_post(text="Nothing to see here, my friends")) == {}
    assert list(sides(make_post(text="ChatGPT wrote me a fine poem today"))) == ["OpenAI"]


def test_what_is_in_another_language_is_counted_towards_its_target() -> None:
    (reading,) = read([make_post(text=GERMAN)], BOTH)
    score = one(reading, "lite", "OpenAI")
    assert (score.label, score.reason, score.value) == (NOT_SCORED, "not English", None)


def test_a_target_named_beyond_what_is_read_is_too_long() -> None:
    text = "so it goes and goes on " * (SCAN_CHARS // 20) + " OpenAI"
    (reading,) = read([make_post(text=text)], BOTH)
    score = one(reading, "lite", "OpenAI")
    assert (score.label, score.reason) == (NOT_SCORED, TOO_LONG)


def test_a_withheld_post_is_not_read() -> None:
    post = make_post(text=LEAD, lang_declared="en", withheld="no-unauthenticated")
    (reading,) = read([post], BOTH)
    assert (reading.lang, reading.lang_confidence) == ("und", 0.0)
    assert [(s.model, s.label, s.value, s.reason) for s in reading.scores] == [
        ("vader", NOT_SCORED, None, "withheld"),
        ("lite", NOT_SCORED, None, "withheld"),
    ]


def test_the_authors_tag_is_heard() -> None:
    (agreed, disputed) = read(
        [
            make_post(1, text="Good morning my friends", lang_declared="en"),
            make_post(2, text="Good morning my friends", lang_declared="fr"),
        ]
    )
    assert (agreed.lang, agreed.lang_confidence) == ("en", 1.0)
    assert disputed.lang == "und"
    assert {score.reason for score in disputed.scores} == {"language unknown"}


def test_handles_carry_no_sentiment() -> None:
    (score,) = read_text("@love said that the model has seven layers in it").scores
    assert score.value == 0.0


def test_what_is_asked_twice_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    ask = lite.read

    def counted(texts: Sequence[str], *rest: Any) -> list[lite.Judgement]:
        asked.append(len(texts))
        return ask(texts, *rest)

    monkeypatch.setattr(lite, "read", counted)
    first, second = read([make_post(n, text=LEAD) for n in (1, 2)], BOTH)
    assert first == second
    assert asked == [1, 2]


def test_no_posts_no_readings() -> None:
    assert read([]) == []
    assert read([], BOTH, workers=2) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "🤡",
        "https://example.org/a",
        "OpenAI\x00 is \x00 bad",
        "OpenAI \ud800 is bad",
        "OpenAI это плохо 是 bad و",
        "OpenAI " * 1_400_000,
        "§ OpenAI §",
        "\u202eOpenAI",
        "'" * 5_000 + "OpenAI",
    ],
    ids=["empty", "emoji", "url", "nul", "surrogate", "mixed", "10 MB", "mark", "bidi", "quotes"],
)
def test_bad_input_is_scored_or_not_scored(text: str) -> None:
    post = make_post(text=text, quoted_text=text[:100_000], card_text=text[:100_000])
    (reading,) = read([post], BOTH)
    assert all((score.label == NOT_SCORED) == (score.value is None) for score in reading.scores)


@given(st.text(max_size=300), st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=60)
def test_any_text_gets_a_reading(text: str, quoted: str, parent: str) -> None:
    posts = [
        make_post(1, text=f"{text} OpenAI", quoted_text=quoted, reply_to="x"),
        make_post(2, text=text, card_text=quoted, reply_to="x"),
    ]
    for reading in read(posts, BOTH, {"x": parent}):
        assert {score.model for score in reading.scores} >= {"vader", "lite"}


def test_stored_parents_are_asked_for_only_where_needed() -> None:
    asked: list[tuple[str, list[str]]] = []

    def texts_of(source: str, uris: Sequence[str]) -> Mapping[str, str]:
        asked.append((source, list(uris)))
        return dict.fromkeys(uris, "OpenAI took it all")

    posts = [
        make_post(1, text="they are thieves", reply_to="stored-1"),
        make_post(2, text="they are thieves", reply_to="stored-1"),
        make_post(3, text="OpenAI are thieves", reply_to="stored-2"),
        make_post(4, text="they are thieves", reply_to=make_post(3).uri),
        make_post(5, text="they are thieves", reply_to="stored-1", source="lemmy"),
    ]
    readings = reader(BOTH, texts_of)(posts)
    assert asked == [("bluesky", ["stored-1"]), ("lemmy", ["stored-1"])]
    assert {one(reading, "lite", "OpenAI").label for reading in readings} == {"against"}
    reader((), texts_of)(posts)
    assert len(asked) == 2


def test_a_crew_reads_as_one_does() -> None:
    takes = (LOVED, GERMAN, LEAD, "", HEADLINE)
    some = [make_post(n, text=f"{takes[n % 5]} {n % 50}") for n in range(LEAST_ITEMS)]
    with crew(2) as others:
        shared = reader(BOTH, None, others)(some)
    for ours, theirs in zip(read(some, BOTH), shared, strict=True):
        assert (ours.lang, ours.scores[0]) == (theirs.lang, theirs.scores[0])
        assert [(s.model, s.target) for s in ours.scores] == [
            (s.model, s.target) for s in theirs.scores
        ]


@pytest.fixture
def _without_onnxruntime(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(model, "find_spec", lambda name: None if name in model.NEEDED else name)
    model.load.cache_clear()
    yield
    model.load.cache_clear()


@pytest.mark.usefixtures("_without_onnxruntime")
def test_without_onnxruntime_the_linear_part_serves_and_says_so() -> None:
    (reading,) = read([make_post(text=LEAD)], BOTH)
    assert version().endswith("-linear")
    ours = [score for score in reading.scores if score.model != "vader"]
    assert {score.version for score in ours} == {version()}
    assert {score.target for score in ours} == {None, "OpenAI", "DeepSeek"}


def test_importing_the_room_loads_no_model() -> None:
    heavy = {"eldc", "vaderSentiment", "rensa", "pandas", "onnxruntime", "tokenizers", "torch"}
    code = (
        "import sys, groundswell.scoring, groundswell.scoring.files; "
        f"print({heavy!r} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "set()"
