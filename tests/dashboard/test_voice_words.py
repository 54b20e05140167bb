"""What is said of accounts and quotations, each with its n, in every state."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from dashboard import quote_words, voice_words
from groundswell.store.voices import Concentration, Repeaters, Voices

AT = datetime(2025, 1, 29, 14, 5, tzinfo=UTC)
LATER = AT + timedelta(days=1)


def spread(accounts: int = 200, **changes: Any) -> Concentration:
    values: dict[str, Any] = {
        "posts": 1000,
        "unknown": 0,
        "accounts": accounts,
        "top_1": (2, 120),
        "top_10": (20, 440),
        "effective": 70.4,
    }
    return Concentration(**(values | changes))


def quote(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "first_seen_at": AT,
        "wording_at": AT,
        "last_seen_at": AT,
        "raw": True,
        "edits": 0,
        "replaced_at": None,
        "edited_at": None,
        "text_truncated": False,
    }
    return values | changes


def test_the_finding_holds_its_n() -> None:
    said = "The loudest 10% of 200 accounts wrote 44% of 1,000 posts"
    assert voice_words.finding(spread()) == said
    assert voice_words.finding(spread(3)) == "1,000 posts by 3 known accounts"


@pytest.mark.parametrize(
    ("accounts", "values"),
    [
        (200, ["200", "12%", "44%", "70"]),
        (60, ["60", "–", "44%", "70"]),
        (9, ["9", "–", "–", "70"]),
    ],
)
def test_too_few_accounts_give_no_share_but_a_reason(accounts: int, values: list[str]) -> None:
    tiles = voice_words.tiles(spread(accounts))
    assert [tile.value for tile in tiles] == values
    for tile in tiles:
        assert ("too few" in tile.note) == (tile.value == "–")
    assert tiles[1].note == "120 of 1,000 posts, by 2 accounts" or accounts < 100


def test_nobody_is_effectively_nobody() -> None:
    nothing = spread(0, posts=0, top_1=(0, 0), top_10=(0, 0), effective=None)
    assert [tile.value for tile in voice_words.tiles(nothing)] == ["0", "–", "–", "–"]


def test_who_is_left_out_is_counted() -> None:
    told = Voices(concentration=spread(unknown=4), table=pd.DataFrame(), unnamed=1)
    assert voice_words.left_out(told) == (
        "Not counted: 4 posts whose account is not known or withheld. "
        "1 account among the loudest that asks not to be found: counted, and not listed."
    )
    assert not voice_words.left_out(Voices(concentration=spread(), table=pd.DataFrame(), unnamed=0))


def test_repeaters_are_counted() -> None:
    told = Repeaters(accounts=5, unnamed=2, table=pd.DataFrame({"a": [1, 2]}), compared=True)
    assert voice_words.finding_of_repeaters(told) == "5 accounts posted one text 3 times or more"
    assert voice_words.repeaters_left_out(told) == (
        "2 accounts that ask not to be found: counted, and not listed. "
        "Not listed, as repeating less: 1 account."
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "Seen 29 Jan 2025, 14:05 UTC, archived with the site's own answer, and not looked at "
             "again. Not known to be deleted or edited since."),
        ({"raw": False, "last_seen_at": LATER},
         "First seen 29 Jan 2025, 14:05 UTC, its text archived then; last seen there 30 Jan 2025, "
         "14:05 UTC. Not known to be deleted or edited since."),
        ({"edits": 1, "replaced_at": LATER, "wording_at": LATER, "last_seen_at": LATER},
         "First seen 29 Jan 2025, 14:05 UTC, archived with the site's own answer 30 Jan 2025, "
         "14:05 UTC in these words; last seen there 30 Jan 2025, 14:05 UTC. Edited: 1 other "
         "version known, the last met 30 Jan 2025, 14:05 UTC. Not known to be deleted since."),
        ({"edited_at": AT, "text_truncated": True},
         "Seen 29 Jan 2025, 14:05 UTC, archived with the site's own answer, and not looked at "
         "again. The site says it was edited 29 Jan 2025, 14:05 UTC. Not known to be deleted "
         "since. The source gives only the beginning of its text."),
    ],
)  # fmt: skip
def test_where_a_quotation_comes_from(changes: dict[str, Any], says: str) -> None:
    assert quote_words.provenance(quote(**changes)) == says


@pytest.mark.parametrize(
    ("parent", "says"),
    [
        ((None, None, None), "In reply to a post that is not kept here."),
        (("x", None, None), "In reply to a post whose author is not named:"),
        (("x", "Name", "handle"), "In reply to Name (handle):"),
        (("x", None, "handle"), "In reply to handle:"),
        (("x", "same", "same"), "In reply to same:"),
    ],
)
def test_what_a_post_answers(parent: tuple[str | None, ...], says: str) -> None:
    row = dict(zip(("parent_text", "parent_name", "parent_author"), parent, strict=True))
    assert quote_words.answered(row) == says


def test_how_sure_and_how_often() -> None:
    assert quote_words.sure(0.917) == "confidence 0.92"
    assert quote_words.sure(None) == "confidence –"
    assert quote_words.copies(1) == ""
    assert quote_words.copies(12) == "said nearly so by 12 posts, this one first"
