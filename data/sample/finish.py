"""Adds the rare things of real data: hostile text, a wave of copies, odd clocks, deletions."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from dice import Dice
from places import Entry, Places
from wordbook import book

LABEL = "synthetic"
SIGNED_IN_ONLY = "!no-unauthenticated"
HOSTILE_FROM = datetime(2025, 1, 29, 9, tzinfo=UTC)
LONG_BYTES = 70 * 1024  # more than a post may be
WAVE_FROM = datetime(2025, 2, 6, 13, tzinfo=UTC)
WAVE = 24
DELETED = 80
WITHHELD = 20
SKEWED = 6
OUTAGE = (datetime(2025, 2, 10, 6, tzinfo=UTC), datetime(2025, 2, 11, 0, tzinfo=UTC))
ODD_TIMES = (datetime(1970, 1, 1, tzinfo=UTC), datetime(2031, 5, 5, tzinfo=UTC), None)


def finish(entries: Sequence[Entry], places: Places) -> list[Entry]:
    """``entries`` with the rare ones among them, oldest first, every one labelled."""
    dice = Dice("finish")
    whole = [*entries, *_hostile(places, dice), *_wave(places, dice)]
    whole.sort(key=lambda entry: (entry.at, entry.row["uri"]))
    whole = _without_the_missed(whole)
    for entry in whole:
        entry.row["labels"] = [LABEL]
        if entry.row["source"] == "bluesky":
            entry.row["indexed_at"] = entry.at + timedelta(seconds=1 + dice.below(3))
            entry.row["lang_declared"] = _declared(dice, entry.lang)
    plain = [e for e in whole if e.row["source"] == "bluesky" and not e.copied]
    plain = [e for e in plain if e.kind not in ("hostile", "news")]
    chosen = dice.some(plain, WITHHELD + SKEWED)
    for entry in chosen[:WITHHELD]:
        entry.row["labels"] = [LABEL, SIGNED_IN_ONLY]
    for entry in chosen[WITHHELD:]:
        entry.row["created_at"] = dice.pick(ODD_TIMES)
    return whole


def deletions(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Rows that delete about one post in a hundred, a day to two weeks after it was written."""
    dice = Dice("deletions")
    sites = ("bluesky", "hackernews")
    able = [e for e in entries if e.row["source"] in sites and e.kind != "hostile"]
    rows = []
    for entry in sorted(dice.some(able, DELETED), key=lambda e: (e.at, e.row["uri"])):
        gone_at = entry.at + timedelta(hours=24 + dice.below(14 * 24), seconds=dice.below(3_600))
        identity = {name: entry.row[name] for name in ("source", "uri")}
        marks = {"first_seen_at": gone_at, "text": "", "deleted_at": gone_at, "labels": [LABEL]}
        rows.append(identity | marks)
    return rows


def _without_the_missed(entries: Sequence[Entry]) -> list[Entry]:
    """All but what Bluesky had while its collector was off, and what hangs below that."""
    gone: set[str] = set()
    kept = []
    for entry in entries:  # oldest first: a reply comes after its post
        missed = entry.row["source"] == "bluesky" and OUTAGE[0] <= entry.at < OUTAGE[1]
        if missed or {entry.row.get("reply_to"), entry.row.get("quote_of")} & gone:
            gone.add(entry.row["uri"])
        else:
            kept.append(entry)
    return kept


def _hostile(places: Places, dice: Dice) -> list[Entry]:
    words = book("hostile")
    long = words["long"] * (LONG_BYTES // len(words["long"]))
    half = "Half an emoji \ud83d from OpenAI, the other half at DeepSeek"  # TOML cannot hold it
    entries = []
    for number, text in enumerate([*words["texts"], long, half]):
        at = HOSTILE_FROM + timedelta(hours=3 * number, minutes=dice.below(60))
        source = ("bluesky", "hackernews", "import")[number % 3]
        row = places.account(source, "joke", at) | {"text": text}
        entries.append(Entry(kind="hostile", at=at, row=row))
    return entries


def _wave(places: Places, dice: Dice) -> list[Entry]:
    """One text from many accounts within two hours: what a campaign looks like."""
    text = "DeepSeek stole from OpenAI. Ban it now, before it is too late! #BanDeepSeek"
    kind, stances = "accuse_deepseek", ("favor", "against")
    entries = []
    for _ in range(WAVE):
        at = WAVE_FROM + timedelta(seconds=dice.below(7_200))
        row = places.account("bluesky", kind, at) | {"text": text, "tags": ["BanDeepSeek"]}
        row |= {"likes": dice.below(3), "reposts": 0, "replies": 0, "quotes": 0}
        entries.append(Entry(kind=kind, at=at, row=row, stances=stances, copied=True))
    return entries


def _declared(dice: Dice, lang: str) -> str | None:
    """The tag of the author's client: usually right, sometimes the default, sometimes missing."""
    if dice.chance(0.04):
        return None
    return "en" if dice.chance(0.15) else lang
