"""Reads JSON Lines and small JSON documents: a bad line costs that line, nothing else."""

import json
from collections.abc import Generator, Iterator
from itertools import islice
from typing import Any, TextIO

import orjson

from collectors.file_import import tweets
from collectors.file_import.opening import Opening, open_text
from collectors.file_import.rows import Row, broken
from groundswell.errors import ImportFileError

LINE_CAP_CHARS = 32 * 1024 * 1024
DOCUMENT_CAP_CHARS = 64 * 1024 * 1024
DEPTH_CAP = 8  # deeper objects stay values; no post is nested deeper
LOOK_LINES = 20


def is_json(opening: Opening) -> bool:
    """Whether the file begins as JSON does."""
    with open_text(opening) as stream:
        return stream.read(4096).lstrip().startswith(("{", "["))


def is_document(opening: Opening) -> bool:
    """Whether the file is one JSON value over many lines, not one value a line."""
    with open_text(opening, newline="\n") as stream:
        lines = [line for line in islice(_lines(stream), LOOK_LINES) if line.strip()]
    if lines[0].lstrip().startswith("["):
        return len(lines) == 1 or not _is_container(lines[0])
    return sum(map(_is_container, lines)) < len(lines) / 2


def json_line_rows(opening: Opening) -> Generator[Row, None, None]:
    """One row a line, or several where a line is a page of results; empty lines are skipped."""
    with open_text(opening, newline="\n") as stream:
        for number, line in enumerate(_lines(stream), 1):
            if not line.strip():
                continue
            if len(line) >= LINE_CAP_CHARS:
                why = f"it is longer than {LINE_CAP_CHARS:,} characters"
                yield broken("line", number, why, line[:LINE_CAP_CHARS])
            else:
                yield from _line_rows(number, line)


def json_document_rows(opening: Opening) -> Generator[Row, None, None]:
    """One row an item of the list. Raises ``ImportFileError`` over 64 Mi characters: a document
    must be held whole, JSON Lines need not."""
    name = opening.path.name
    with open_text(opening) as stream:
        text = stream.read(DOCUMENT_CAP_CHARS + 1)
    if len(text) > DOCUMENT_CAP_CHARS:
        raise ImportFileError(
            f"{name} is one JSON value of more than {DOCUMENT_CAP_CHARS:,} characters. Write it "
            "as JSON Lines, for example with: jq -c '.[]' FILE > FILE.jsonl"
        )
    try:
        items = _items(_parsed(text))
    except (ValueError, RecursionError) as error:
        why = "is nested too deep" if _too_deep(error) else f"is not valid JSON ({error})"
        raise ImportFileError(f"{name} {why}. Check that the export finished.") from error
    for number, item in enumerate(items, 1):
        yield _row("item", number, item, None)


def flatten(item: dict[str, Any]) -> dict[str, Any]:
    """Nested objects as dotted names, lists as they are, at most eight levels deep."""
    flat: dict[str, Any] = {}
    waiting = [("", item, 0)]
    while waiting:
        prefix, level, depth = waiting.pop()
        for key, value in level.items():
            name = f"{prefix}{key}"
            if isinstance(value, dict) and depth < DEPTH_CAP:
                waiting.append((f"{name}.", value, depth + 1))
            else:
                flat[name] = value
    return flat


def row_again(raw: bytes, *, as_json: bool, unit: str, number: int, repeats: int | None) -> Row:
    """The row that was kept as ``raw``, of a file of JSON or of any other kind, whose rows are
    kept as JSON too."""
    try:
        item = _parsed(raw.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        item = None
    if not isinstance(item, dict) or not item:
        why = "what was kept of it is no whole row"
        return Row(unit=unit, number=number, fault=why, raw=raw)
    cells = _cells(item) if as_json else item
    return Row(unit=unit, number=number, cells=cells, raw=raw, repeats=repeats)


def _line_rows(number: int, line: str) -> Generator[Row, None, None]:
    try:
        items = _items(_parsed(line))
    except (ValueError, RecursionError) as error:
        why = "it is nested too deep" if _too_deep(error) else f"it is not JSON ({error})"
        yield broken("line", number, why, line)
        return
    alone = len(items) == 1
    for item in items:
        yield _row("line", number, item, line if alone else None)


def _row(unit: str, number: int, item: Any, line: str | None) -> Row:
    """``line`` is given where it holds nothing but this item."""
    if not isinstance(item, dict) or not item:
        return broken(unit, number, "it is not an object with named values", str(item))
    if "errors" in item and not {"id", "text"} & item.keys():
        return broken(unit, number, "it is an error message of the service", str(item))
    raw = _as_written(item) if line is None else line.strip().encode()
    return Row(unit=unit, number=number, cells=_cells(item), raw=raw)


def _as_written(item: dict[str, Any]) -> bytes:
    """JSON of one item; empty for what is nested deeper than JSON writers go."""
    try:
        return orjson.dumps(item)
    except TypeError:  # a lone surrogate, or too deep
        pass
    try:
        return json.dumps(item, ensure_ascii=True).encode()
    except RecursionError:
        return b""


def _cells(item: dict[str, Any]) -> dict[str, Any]:
    if tweets.is_tweet(item):
        return flatten(tweets.with_references(item))
    if isinstance(item.get("data"), dict) and "source_platform" in item:  # Zeeschuimer's wrapping
        return flatten({**item["data"], "__import_meta": {**item, "data": None}})
    return flatten(item)


def _items(value: Any) -> list[Any]:
    """The posts in one JSON value: itself, its elements, or the results of a page of tweets."""
    if isinstance(value, list):
        return [item for element in value for item in _items(element)]
    return tweets.of_page(value) if tweets.is_page(value) else [value]


def _parsed(text: str) -> Any:
    """orjson first; the standard library takes what orjson will not: NaN and lone surrogates."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if _too_deep(error):  # from Python 3.13 on the library would go deeper than we can follow
            raise
        return json.loads(text)


def _is_container(line: str) -> bool:
    try:
        return isinstance(_parsed(line), dict | list)
    except (ValueError, RecursionError):
        return False


def _too_deep(error: Exception) -> bool:
    return isinstance(error, RecursionError) or "depth" in str(error)


def _lines(stream: TextIO) -> Iterator[str]:
    """Lines; of one that is too long the first part, the rest is passed over."""
    while line := stream.readline(LINE_CAP_CHARS):
        yield line
        while len(line) == LINE_CAP_CHARS and not line.endswith("\n"):
            line = stream.readline(LINE_CAP_CHARS)
            if len(line) < LINE_CAP_CHARS:
                break
