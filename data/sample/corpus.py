"""Decides what is written when and where, day by day, and keeps the truth about it."""

from datetime import UTC, date, datetime, timedelta

import texts
from dice import Dice
from places import Entry, Places
from wordbook import book

ACCUSATION = date(2025, 1, 29)  # the mailbox opens
LANGUAGES = ("fr", "de", "es", "pt", "ja", "zh")
MEMORY = 400  # posts of a source that may still be answered or copied
COPY_WINDOW = timedelta(hours=48)
COPIED = 0.05
FOREIGN = 0.1  # of posts on Bluesky and in the mailbox


class Corpus:
    """The whole sample, made in the order of time from one seed."""

    def __init__(self) -> None:
        self._story = book("story")
        self._dice = Dice(self._story["seed"])
        self.places = Places(self._dice)

    def make(self) -> list[Entry]:
        """All posts, oldest first."""
        entries = []
        for offset, count in enumerate(self._story["per_day"]):
            day = self._story["first_day"] + timedelta(days=offset)
            for at in sorted(self._moment(day) for _ in range(count)):
                entries.append(self._entry(at))
        return entries

    def _moment(self, day: date) -> datetime:
        hours = {str(h): weight for h, weight in enumerate(self._story["per_hour"])}
        hour = int(self._dice.weighted(hours))
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return midnight + timedelta(hours=hour, seconds=self._dice.below(3_600))

    def _entry(self, at: datetime) -> Entry:
        source = self._source(at)
        entry: Entry | None = None
        if source in ("bluesky", "import"):
            earlier = self._worth_copying(source, at)
            if earlier and self._dice.chance(COPIED):
                entry = self._copy(source, earlier, at)
            elif self._dice.chance(FOREIGN):
                entry = self._foreign(source, at)
        entry = entry or self._english(source, at)
        self.places.latest[source] = [*self.places.latest[source][-MEMORY:], entry]
        return entry

    def _source(self, at: datetime) -> str:
        source = self._dice.weighted(self._story["sources"])
        return "bluesky" if source == "import" and at.date() < ACCUSATION else source

    def _kind(self, source: str, at: datetime) -> str:
        if source == "rss":
            return "news"
        period = next(p for p in self._story["periods"] if at.date() < p["until"])
        lean = self._story["lean"].get(source, {})
        return self._dice.weighted({k: w * lean.get(k, 1) for k, w in period["mix"].items()})

    def _english(self, source: str, at: datetime) -> Entry:
        kind = self._kind(source, at)
        openai, deepseek, ironic = self._story["kinds"][kind]
        row = self.places.write(source, kind, at)
        return Entry(kind=kind, at=at, row=row, stances=(openai, deepseek), ironic=ironic)

    def _worth_copying(self, source: str, at: datetime) -> Entry | None:
        """A post of the last two days that is words of its own."""
        own = [e for e in self.places.latest[source] if e.kind not in ("news", "offtopic")]
        near = [e for e in own if at - e.at < COPY_WINDOW and not e.copied]
        return self._dice.pick(near) if near else None

    def _copy(self, source: str, earlier: Entry, at: datetime) -> Entry:
        text: str = earlier.row["text"]
        if self._dice.chance(0.5):
            text = texts.almost_the_same(self._dice, text)
        return Entry(
            kind=earlier.kind,
            at=at,
            row=self.places.write(source, earlier.kind, at, text),
            stances=earlier.stances,
            ironic=earlier.ironic,
            copied=True,
            lang=earlier.lang,
        )

    def _foreign(self, source: str, at: datetime) -> Entry | None:
        """A post in another language; None before the accusation, of which most of them speak."""
        lang = self._dice.pick(LANGUAGES if source == "bluesky" else LANGUAGES[:3])
        early = at.date() < ACCUSATION
        groups = book("languages")[lang]["groups"]
        fitting = [g for g in groups if not early or g["deepseek"] == "favor"]
        if not fitting:
            return None
        group = self._dice.pick(fitting)
        text = texts.foreign(self._dice, lang, group["claims"])
        stances = (group["openai"], group["deepseek"])
        like = {"against": "crit_openai", "favor": "accuse_deepseek"}
        row = self.places.write(source, like.get(group["openai"], "question"), at, text)
        return Entry(kind="foreign", at=at, row=row, stances=stances, lang=lang)
