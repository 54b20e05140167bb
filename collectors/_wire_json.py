"""JSON from strangers: read without losing a page to one bad string, bounded in depth."""

import json
from typing import Any, NoReturn

import orjson

DEPTH_CAP = 200


def read_json(body: bytes) -> Any:
    """The value in ``body``. Raises ``ValueError`` when it is not JSON, cut, or deeper than 200.

    A lone surrogate or a wrong byte inside one string would make the strict reader refuse the
    whole page; it is read by the lenient one, and ``clean_text`` mends the string later.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = _lenient(body)
    if deeper_than(value, DEPTH_CAP):
        raise ValueError(f"nested deeper than {DEPTH_CAP}")
    return value


def write_json(value: Any) -> bytes:
    """``value`` as JSON, UTF-8; lone surrogates are kept as escapes."""
    try:
        return orjson.dumps(value)
    except TypeError:  # orjson refuses lone surrogates and integers beyond 64 bits
        return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()


def _lenient(body: bytes) -> Any:
    try:
        text = body.decode(json.detect_encoding(body), "replace")
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError(f"nested deeper than {DEPTH_CAP}") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def deeper_than(value: Any, cap: int) -> bool:
    """Whether lists and objects stand more than ``cap`` deep inside each other."""
    level = [value]
    for _ in range(cap):
        level = [
            child
            for node in level
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return False
    return any(isinstance(node, (dict, list)) for node in level)
