"""Makes posts, deletions and rejects out of rows; pure, and never stopped by a bad row."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson

from collectors._set_aside import context_text
from collectors.file_import import cells as cell
from collectors.file_import.cells import BadCell
from collectors.file_import.layouts import GROUNDSWELL, KINDS, TWARC
from collectors.file_import.markup import plain
from collectors.file_import.moments import Reckoning, is_missing
from collectors.file_import.recipe import Recipe, layout_named
from collectors.file_import.rows import Row
from groundswell.post import TEXT_CAP_BYTES, Deletion, Item, Post, Rejected
from groundswell.text import clean_text, http_links

NAME = "import"
SLUG = re.compile(r"[a-z0-9-]{1,32}")
RAW_CAP_BYTES = 1024 * 1024  # a larger row is kept as a post without its raw form
_MADE_BY_HAND = frozenset(
    ("uri", "source", "url", "title", "text", "author", "created_at", "first_seen_at", "deleted_at")
)
SIGNED_IN_ONLY = "!no-unauthenticated"  # Bluesky's label of accounts that ask for it
# Our CSV puts one ' before a text that a spreadsheet would run, and before one that begins like
# that already: taking one away gives every text back.
_PROTECTED = re.compile(r"'(?='*[=+\-@\t\r\n＝＋－＠])")  # full-width signs run too


class Maker:
    """Turns the rows of one file into items. ``seen_at`` (UTC) stands in for a missing
    ``first_seen_at``; ``file`` names the file in the quarantine."""

    def __init__(self, recipe: Recipe, *, seen_at: datetime, file: str) -> None:
        self._recipe, self._seen_at, self._file = recipe, seen_at, file
        self._reckoning: Reckoning = recipe.reckoning()
        self._layout = layout_named(recipe.layout)
        self._others = [field for field in recipe.columns if field not in _MADE_BY_HAND]
        self._counts = [field for field in self._others if KINDS[field] == "count"]

    def items(self, rows: Iterable[Row]) -> Iterator[Item]:
        """One item a row."""
        for row in rows:
            if row.fault is not None:
                yield self._rejected(row, f"{row.place} cannot be read: {row.fault}.", None)
            elif row.repeats is not None:
                first = f"{row.unit} {row.repeats}"
                yield self._rejected(row, f"{row.place} is the same post as {first}.", "uri")
            else:
                yield self._item(row)

    def _item(self, row: Row) -> Item:
        values = plain(unprotected(row.cells, self._recipe), self._recipe)
        try:
            return self._post_or_deletion(row, values)
        except BadCell as error:
            column = self._recipe.columns.get(error.field, error.field)
            reason = f"{row.place}, column {column!r}: {error}."
            return self._rejected(row, reason, error.field)

    def _post_or_deletion(self, row: Row, values: Mapping[str, Any]) -> Item:
        recipe = self._recipe
        source = source_of(values, recipe)
        text, truncated = clean_text(self._text(values))
        author, created_at = self._read(values, "author"), self._read(values, "created_at")
        uri = self._read(values, "uri") or made_uri(source, author, created_at, text)
        gone = self._read(values, "deleted_at")
        if gone:
            seen_at = gone if isinstance(gone, datetime) else self._seen_at
            return Deletion(source=source, uri=uri, seen_at=seen_at)
        post = Post(
            source=source,
            uri=uri,
            first_seen_at=self._read(values, "first_seen_at") or self._seen_at,
            text=text,
            text_truncated=truncated,
            url=self._url(values, uri),
            author=author,
            created_at=created_at,
            raw=row.raw if len(row.raw) <= RAW_CAP_BYTES else b"",
            **self._other_fields(values, uri),
        )
        return self._held_to_consent(post)

    def _other_fields(self, values: Mapping[str, Any], uri: str) -> dict[str, Any]:
        fields = {field: self._read(values, field) for field in self._others}
        for field in ("reply_to", "thread_root"):  # the first of a thread names itself
            if fields.get(field) == uri:
                fields[field] = None
        if self._is_repetition(values):
            fields |= dict.fromkeys(self._counts)
        return fields

    def _read(self, values: Mapping[str, Any], field: str) -> Any:
        return cell.read(field, self._recipe.cell(values, field), self._reckoning)

    def _url(self, values: Mapping[str, Any], uri: str) -> str | None:
        """The address of the post: as given, else made from the id, else the id if it is one."""
        link = self._layout.link if self._layout else None
        made = link.format(uri) if link and uri.isdecimal() else uri
        given: str | None = self._read(values, "url")
        return given or next(iter(http_links([made])), None)

    def _text(self, values: Mapping[str, Any]) -> str:
        """Title first, then text. Raises ``BadCell`` if there is nothing to read at all."""
        title = cell.text_of(self._recipe.cell(values, "title"), "title")
        text = cell.text_of(self._recipe.cell(values, "text"))
        if self._recipe.layout == TWARC.name and self._recipe.format == "CSV" and text:
            text = _twarc_csv_text(text)
        if title and text and not text.startswith(title):
            return f"{title}\n\n{text}"
        pictured = any(
            cell.text_of(self._recipe.cell(values, name), name)
            for name in ("alt_text", "card_text", "deleted_at", "withheld")
        )
        if not title and not text and not pictured:
            raise BadCell("text", "there is no text")
        return text or title or ""

    def _is_repetition(self, values: Mapping[str, Any]) -> bool:
        marks = self._layout.repeats if self._layout else ()
        return any(not is_missing(v := values.get(m)) and v not in ("no", False) for m in marks)

    def _held_to_consent(self, post: Post) -> Post:
        """Only counted, where the account asked to be shown to signed-in users only."""
        if SIGNED_IN_ONLY not in post.labels and not post.withheld:
            return post
        return Post(
            source=post.source,
            uri=post.uri,
            first_seen_at=post.first_seen_at,
            created_at=post.created_at,
            indexed_at=post.indexed_at,
            version=post.version,
            text="",
            labels=post.labels,
            **{name: getattr(post, name) for name in self._counts},
            withheld=post.withheld or SIGNED_IN_ONLY.removeprefix("!"),
        )

    def _rejected(self, row: Row, reason: str, field: str | None) -> Rejected:
        where = {"unit": row.unit, "number": row.number, "repeats": row.repeats}
        return Rejected(
            source=NAME,
            reason=reason,
            raw=row.raw[:TEXT_CAP_BYTES],
            seen_at=self._seen_at,
            stage="import",
            field_name=field,
            url=self._file,
            place=row.place,
            context=context_text({"recipe": asdict(self._recipe), "row": where}),
        )


def source_of(values: Mapping[str, Any], recipe: Recipe) -> str:
    """The row's own source if it is a slug (letters, digits, hyphens), else the file's origin."""
    named = cell.name_of(recipe.cell(values, "source"), "source")
    return named if named and SLUG.fullmatch(named) else recipe.origin


def made_uri(source: str, author: str | None, created_at: datetime | None, text: str) -> str:
    """A stable identity for a row that names none: equal rows are one post, in every file."""
    when = created_at.isoformat() if created_at else None
    parts = json.dumps([source, author, when, text], ensure_ascii=True).encode()
    return f"import:{hashlib.sha256(parts).hexdigest()[:32]}"


def unprotected(values: Mapping[str, Any], recipe: Recipe) -> Mapping[str, Any]:
    """The cells without the apostrophes that our own CSV put before spreadsheet formulas."""
    if recipe.layout != GROUNDSWELL.name or recipe.format != "CSV":
        return values
    return {
        name: _PROTECTED.sub("", str(v), count=1) if _is_protected(v) else v
        for name, v in values.items()
    }


def _is_protected(value: Any) -> bool:
    return isinstance(value, str) and bool(_PROTECTED.match(value))


def _twarc_csv_text(text: str) -> str:
    """twarc-csv writes line breaks as the two characters ``\\n``; its older versions JSON."""
    if text.startswith('"') and text.endswith('"'):
        try:
            return str(orjson.loads(text))
        except orjson.JSONDecodeError:
            return text
    return text.replace("\\n", "\n")
