"""The model that ships answers here as it did where it was made, and falls into fewer traps."""

import json
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from groundswell.model_card import FILE, FOLDER, UnseenError, read_card, unseen_error
from groundswell.resources import bundled
from groundswell.scoring.lite import available, model, read
from groundswell.scoring.lite.model import ENCODER, LINEAR, VOCABULARY
from groundswell.scoring.lite.pieces import MAX_PIECES, Pieces, padded
from groundswell.scoring.lite.wording import prepare
from groundswell.scoring.scorer import version
from groundswell.scoring.train.figures import likeliest, trap_hits
from tests.groundswell.scoring.lite.golden_texts import TABLE, asked, table

LARGEST_BYTES = 25_000_000
# int8 differs a little from processor to processor; a wrong piece or weight differs by far more.
NEAR = 0.08

# Stances found of the 255 in the list of traps: 196 where the model was made, and some less for
# other processors. This only ever rises.
TRAPS_AT_LEAST = 192
LEAD = (
    "It's funny how OpenAI, which has been consuming our data without permission, "
    "is now accusing DeepSeek of the same thing"
)
HEADLINE = "OpenAI says it has evidence that DeepSeek used its model"

whole_model = pytest.mark.skipif(
    available().serves != "encoder", reason=f"not the whole model: {available().reason}"
)


def folder() -> Path:
    return bundled(FOLDER)


def traps() -> list[dict[str, object]]:
    found: list[dict[str, object]] = tomllib.loads(
        bundled("traps.toml").read_text(encoding="utf-8")
    )["trap"]
    return found


def test_there_are_two_hundred_traps_of_every_kind() -> None:
    kinds = Counter(str(trap["kind"]) for trap in traps())
    assert sum(kinds.values()) >= 200
    assert len({str(trap["text"]) for trap in traps()}) == sum(kinds.values())
    needed = {"irony", "negation", "reported speech", "mixed targets", "emoji", "news"}
    assert needed | {"praise of the rival as blame"} <= set(kinds)
    assert min(kinds.values()) >= 8
    for trap in traps():
        stance = trap["stance"]
        assert isinstance(stance, dict)
        assert set(stance.values()) <= {"against", "none", "favor"}
        assert all(name.lower() in str(trap["text"]).lower() for name in stance)


@whole_model
def test_all_of_it_is_small() -> None:
    files = [folder() / name for name in (FILE, ENCODER, LINEAR, VOCABULARY)]
    assert sum(path.stat().st_size for path in files) <= LARGEST_BYTES


@whole_model
def test_answers_are_those_of_the_golden_table() -> None:
    golden = json.loads(TABLE.read_text(encoding="utf-8"))
    assert golden["version"] == model.load().version
    assert len(golden["rows"]) == len(asked()) == 50
    for (text, target, shares), row in zip(table(), golden["rows"], strict=True):
        assert [text, target] == row[:2]
        assert shares == pytest.approx(row[2], abs=NEAR), text


@whole_model
def test_a_text_gets_about_the_same_in_company_as_alone() -> None:
    pairs = asked()[::7]
    together = read([text for text, _ in pairs], [target for _, target in pairs])
    for (text, target), one in zip(pairs, together, strict=True):
        (alone,) = read([text], [target])
        assert one.probabilities == pytest.approx(alone.probabilities, abs=NEAR)


@whole_model
def test_no_piece_is_unknown_in_ordinary_english() -> None:
    pieces = Pieces(folder() / VOCABULARY)
    rows = pieces.rows([(prepare(text).text, target) for text, target in asked()])
    unknown = pieces._id("[UNK]")  # the one piece that must not occur
    assert not any(unknown in row.ids for row in rows)
    assert max(len(row.ids) for row in rows) <= MAX_PIECES
    arrays = padded(rows)
    assert {array.shape for array in arrays.values()} == {arrays["input_ids"].shape}


@whole_model
def test_a_long_text_keeps_its_mention_and_its_target() -> None:
    pieces = Pieces(folder() / VOCABULARY)
    (row,) = pieces.rows([("word " * 90 + "§ is greedy", "a target " * 40)])
    assert len(row.ids) == MAX_PIECES
    assert pieces._id("§") in row.ids[: row.first]


@whole_model
def test_traps_are_seen() -> None:
    hits = trap_hits(traps())
    missed = [hit for hit in hits if hit[2] != hit[3]]
    assert len(hits) - len(missed) >= TRAPS_AT_LEAST, missed


@whole_model
@pytest.mark.parametrize(
    ("text", "target", "stance"),
    [
        (LEAD, "OpenAI", "against"),
        (LEAD, "DeepSeek", "none"),
        (HEADLINE, "OpenAI", "none"),
        (HEADLINE, "DeepSeek", "none"),
    ],
)
def test_the_posts_of_the_story_are_read_right(text: str, target: str, stance: str) -> None:
    (found,) = read([text], [target])
    assert likeliest(found) == stance


@whole_model
def test_torch_is_never_loaded() -> None:
    read(["Acme is fine"], ["Acme"])
    assert not {"torch", "transformers"} & set(sys.modules)


def test_the_two_cards_say_the_same_of_unseen_targets() -> None:
    error = UnseenError(**read_card()["unseen"])
    text = " ".join((folder() / "MODEL_CARD.md").read_text(encoding="utf-8").split())
    said = f"over the {error.targets} topics the share against is off by {100 * error.against:.1f} "
    assert said in text


@whole_model
def test_the_error_is_found_under_the_name_that_scores_are_kept_under() -> None:
    assert unseen_error(version()) == UnseenError(**read_card()["unseen"])
    for other in (f"{version()}-linear", "lite-0.1", read_card()["version"], "3.3.2-1", ""):
        assert unseen_error(other) is None
