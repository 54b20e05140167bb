"""Writes posts the way each place has them: what its posts carry, and what they never do."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import texts
from dice import Dice
from people import Crowd, Person
from wordbook import book

Row = dict[str, Any]
ACCOUNTS = ("bluesky", "hackernews", "import")  # feeds have outlets instead
FIRST_ITEM = 42_770_000  # items of the forum are numbered in the order of time
TALK_WINDOW = timedelta(hours=36)  # posts are answered while they are fresh
_LINK = re.compile(r"https://example\.(?:org|com)/\S*")


@dataclass(slots=True, kw_only=True)
class Entry:
    """A post as it goes into the file, and the truth about it, which does not."""

    kind: str
    at: datetime
    row: Row
    stances: tuple[str, str] = ("none", "none")  # to OpenAI, to DeepSeek
    ironic: bool = False
    copied: bool = False
    lang: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A piece of news that others share."""

    title: str
    summary: str
    address: str


class Places:
    """The four sources, what was written there lately, and who writes there."""

    def __init__(self, dice: Dice) -> None:
        story = book("story")
        self.dice = dice
        self.latest: dict[str, list[Entry]] = {source: [] for source in story["sources"]}
        self._crowds = {source: Crowd(source, story["camps"]) for source in ACCOUNTS}
        self._news: list[Article] = []
        self._item = FIRST_ITEM

    def write(self, source: str, kind: str, at: datetime, text: str | None = None) -> Row:
        """A post of ``kind``; ``text`` is given for copies and other languages."""
        if source == "rss":
            return self._article(at)
        row = self.account(source, kind, at)
        if source == "bluesky":
            return self._on_bluesky(row, kind, at, text)
        if source == "hackernews":
            return self._on_forum(row, kind, at)
        return row | {"text": text or texts.letter(self.dice, kind, at.date())}

    def account(self, source: str, kind: str, at: datetime) -> Row:
        """The fields that tell who wrote where and when; None where the source has none."""
        person = self._crowds[source].author(self.dice, kind)
        lag_s = 2 + self.dice.below(40 if source == "bluesky" else 900)
        return {
            "source": source,
            **self._identity(source, person),
            "author_id": person.id,
            "author": person.handle,
            "author_name": person.name,
            "created_at": at,
            "first_seen_at": at + timedelta(seconds=lag_s),
        }

    def _identity(self, source: str, person: Person) -> Row:
        if source == "bluesky":
            key = f"3l{self.dice.letters(11)}"
            url = f"https://social.example/profile/{person.handle}/post/{key}"
            return {"uri": f"at://{person.id}/app.bsky.feed.post/{key}", "url": url}
        self._item += 1 + self.dice.below(40)
        if source == "import":
            return {"uri": f"sample-mailbox:{self._item}"}
        url = f"https://news.ycombinator.example/item?id={self._item}"
        return {"uri": url, "url": url}

    def _on_bluesky(self, row: Row, kind: str, at: datetime, text: str | None) -> Row:
        if text is None and kind == "news" and self._news:
            text = self._share_news(row)
        row["text"] = text or texts.short_post(self.dice, _worded(kind), at.date())
        if kind != "offtopic":
            self._converse(row, at)
        row["links"] = _LINK.findall(row["text"]) or None
        row["tags"] = re.findall(r"(?<!\w)#(\w+)", row["text"]) or None
        likes = self.dice.heavy_tail(2.2, 1.5)
        row |= {"likes": likes, "reposts": int(likes * self.dice.between(0.05, 0.35))}
        return row | {"replies": 0, "quotes": int(likes * self.dice.between(0, 0.06))}

    def _on_forum(self, row: Row, kind: str, at: datetime) -> Row:
        recent = self.latest["hackernews"]
        stories = [entry for entry in recent[-150:] if "card_url" in entry.row]
        if self._news and (kind == "news" or not stories):
            return row | self._submission(at.date())
        row["text"] = texts.comment(self.dice, _worded(kind), at.date())
        if stories:
            self._answer(row, self.dice.pick([*stories[-6:], *recent[-20:]]))
        return row

    def _submission(self, day: date) -> Row:
        """A link with points; comments have none."""
        article = self.dice.pick(self._news[-12:])
        return {
            "text": texts.story_title(self.dice, article.title, day),
            "card_url": article.address,
            "card_text": article.title,
            "links": [article.address],
            "likes": 1 + self.dice.heavy_tail(8, 1.6),
            "replies": 0,
        }

    def _article(self, at: datetime) -> Row:
        name, slug = self.dice.pick(book("news")["outlets"])
        title, summary = texts.headline(self.dice, at.date())
        path = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60]
        address = f"https://example.org/{slug}/{at:%Y/%m/%d}/{path}"
        article = Article(title=title, summary=summary, address=address)
        self._news = [*self._news[-40:], article]
        return {
            "source": "rss",
            "uri": f"https://example.org/{slug}/feed.xml#{at:%Y%m%d}-{self.dice.letters(6)}",
            "url": address,
            "instance": f"example.org/{slug}",
            "author_name": name,
            "created_at": at,
            "first_seen_at": at + timedelta(minutes=self.dice.below(15), seconds=20),
            "text": f"{title}\n\n{summary}",
        }

    def _share_news(self, row: Row) -> str:
        article = self.dice.pick(self._news[-12:])
        row["card_url"] = article.address
        row["card_text"] = f"{article.title}\n{article.summary}"
        form = self.dice.pick(("{0}", "{0}", "{0} {1}", "Worth reading: {0}"))
        return form.format(article.title, article.address)

    def _converse(self, row: Row, at: datetime) -> None:
        near = [entry for entry in self.latest["bluesky"] if at - entry.at < TALK_WINDOW]
        if not near:
            return
        other = max((self.dice.pick(near) for _ in range(3)), key=lambda e: e.row["likes"])
        if self.dice.chance(0.27):
            self._answer(row, other)
        elif self.dice.chance(0.1):
            row |= {"quote_of": other.row["uri"], "quoted_text": other.row["text"]}
            other.row["quotes"] += 1

    def _answer(self, row: Row, parent: Entry) -> None:
        root = parent.row.get("thread_root") or parent.row["uri"]
        row |= {"reply_to": parent.row["uri"], "thread_root": root}
        if parent.row.get("replies") is not None:
            parent.row["replies"] += 1


def _worded(kind: str) -> str:
    """News without an article to share is somebody explaining it."""
    return "explain" if kind == "news" else kind
