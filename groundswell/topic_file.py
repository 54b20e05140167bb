"""Reads a TOML file, and says what is wrong in it: file, line, and what to write instead."""

import difflib
import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from groundswell.errors import TopicError
from groundswell.toml_lines import line_of, line_of_error

FILE_CAP_BYTES = 256 * 1024
_SHOWN_CHARS = 60
_SHOWN_COMPLAINTS = 10
_OURS = "said"  # the type of an error whose message is a sentence of ours
_MENDS = {
    "missing": "is missing. Add a line such as {example}.",
    "string_type": "is not text: {found}. Put it in quotes, as in {example}.",
    "tuple_type": "is not a list: {found}. Write it as in {example}.",
    "model_type": "is not a table: {found}. Write it as in {example}.",
    "dict_type": "is not a table: {found}. Write it as in {example}.",
    "bool_type": "is neither true nor false: {found}.",
}
_EXAMPLES = {
    "title": 'title = "A story"',
    "query": "query = 'openai AND deepseek'",
    "targets": '[[targets]] with name = "OpenAI" below',
    "name": 'name = "OpenAI"',
    "aliases": 'aliases = ["openai", "chatgpt"]',
    "events": "[[events]] with at = 2025-01-29 below",
    "at": "at = 2025-01-29",
    "sources": "[sources.hackernews]",
    "feeds": 'feeds = ["https://example.org/feed"]',
}


def refusal(sentence: str) -> PydanticCustomError:
    """An error for a pydantic validator to raise. ``sentence`` goes on from the name of the field;
    ``{found}`` in it stands for the value."""
    return PydanticCustomError(_OURS, "{sentence}", {"sentence": sentence})


def closest(name: str, known: Iterable[str]) -> str | None:
    """The one of ``known`` that ``name`` was probably meant to be, None if it resembles none."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=0.75)), None)


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """The text of the file and what it holds. Raises ``TopicError`` with the line."""
    text = _text(path)
    try:
        return text, tomllib.loads(text)
    except ValueError as error:
        line = line_of_error(text, error)
        shown = text.split("\n")[line - 1].strip()[:_SHOWN_CHARS]
        raise TopicError(
            f"{path}, line {line}: this is not TOML ({error}): {shown}\n"
            "Text stands in quotes, dates do not, lists in brackets; each key stands once."
        ) from None
    except RecursionError:
        raise TopicError(f"{path}: brackets are nested too deep to be a topic.") from None


def complaints(
    path: Path, text: str, error: ValidationError, known: Mapping[str, Iterable[str]]
) -> TopicError:
    """One line for each of the first ten things that pydantic found wrong in ``text``. ``known``
    are the keys of each table; the outermost is named ""."""
    details = error.errors(include_url=False)
    shown = details[:_SHOWN_COMPLAINTS]
    lines = [(line_of(text, each["loc"]), each) for each in shown]
    lines.sort(key=lambda pair: pair[0])
    said = [f"{path}, line {line}: {_name(each)} {_sentence(each, known)}" for line, each in lines]
    if len(details) > len(said):
        said.append(f"{path}: and {len(details) - len(said)} more.")
    return TopicError("\n".join(said))


def faults(
    error: ValidationError, known: Mapping[str, Iterable[str]]
) -> list[tuple[tuple[int | str, ...], str]]:
    """Where each thing is that pydantic found wrong, and a sentence that goes on from its name."""
    details = error.errors(include_url=False)
    return [(tuple(each["loc"]), _sentence(each, known)) for each in details]


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            body = file.read(FILE_CAP_BYTES + 1)
    except OSError as error:
        raise TopicError(
            f"{path} cannot be read ({error.strerror}). Check the name and who may read it."
        ) from None
    if len(body) > FILE_CAP_BYTES:
        raise TopicError(f"{path} is larger than {FILE_CAP_BYTES // 1024} KB; no topic is.")
    try:
        return body.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise TopicError(f"{path}, line {line}: not UTF-8 text. Save the file as UTF-8.") from None


def _name(details: ErrorDetails) -> str:
    """The place as one would write it: ``events[0].at``."""
    name = ""
    for key in details["loc"]:
        name += f"[{key}]" if isinstance(key, int) else f".{key}"
    return name.removeprefix(".")


def _sentence(details: ErrorDetails, known: Mapping[str, Iterable[str]]) -> str:
    kind, *_, last = details["type"], *details["loc"]
    if kind == "extra_forbidden":
        table = str(details["loc"][0]) if len(details["loc"]) > 1 else ""
        meant = closest(str(last), known[table])
        mend = f"Did you mean {meant}?" if meant else f"Known are {', '.join(known[table])}."
        return f"is not a known key. {mend}"
    if kind == _OURS:
        sentence = str(details["ctx"]["sentence"])
    else:
        sentence = _MENDS.get(kind, f"does not fit: {details['msg']}. Found {{found}}.")
    return sentence.replace("{example}", _example(details["loc"])).replace(
        "{found}", _found(details)
    )


def _example(loc: tuple[int | str, ...]) -> str:
    if loc[0] == "sources" and len(loc) == 2:
        return f"[sources.{loc[1]}]"
    name = [key for key in loc if isinstance(key, str)][-1]
    return _EXAMPLES.get(name, f'{name} = "…"')


def _found(details: ErrorDetails) -> str:
    shown = json.dumps(details["input"], ensure_ascii=False, default=str)
    return shown if len(shown) <= _SHOWN_CHARS else f"{shown[:_SHOWN_CHARS]}…"
