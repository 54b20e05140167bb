"""The plain letters of texts in any language, found faster than by folding them whole.

Folding costs more than all else that is done with a post of a stream. Nearly all stories are asked
for in plain letters; to turn a post away it is enough to know that those are not in it.
"""

import codecs
import functools
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from groundswell.text import fold

_BREAK = "\0"
_CONTROLS = bytes(set(range(1, 0x20)) - set(b"\t\n\r")) + b"\x7f"
_LOWER = bytes(range(256)).lower()
# What is left of Latin after its accents were taken off, such as ß, æ, ø and ł, folds into other
# letters; each is a byte above ASCII until then. All else that is not ASCII is dropped.
_GLUED = [c for c in (*map(chr, range(0xC0, 0x180)), "ẞ") if fold(c).isascii()]
_GLUED = [c for c in _GLUED if unicodedata.normalize("NFKD", c) == c]
_BYTES = codecs.charmap_build("".join([*map(chr, range(0x80)), *_GLUED]).ljust(0x100, "\ufffe"))
_UNGLUED = {bytes([0x80 + n]): fold(c).encode() for n, c in enumerate(_GLUED)}
_LAST = 0x20000  # no character behind it has letters of its own
_SEVERAL, _NOTHING = 0xFE, 0xFF  # in the table, where no single letter stands


def plain_letters(texts: Sequence[str]) -> str:
    """The texts one after the other, NUL between them: each holds every run of ASCII letters,
    digits and signs that the folded and cleaned text holds, and perhaps more. Never raises."""
    joined = _BREAK.join(texts)
    if joined.count(_BREAK) != len(texts) - 1:
        joined = _BREAK.join(text.replace(_BREAK, "") for text in texts)
    if joined.isascii():
        return joined.encode("ascii").translate(_LOWER, _CONTROLS).decode("ascii")
    table, several = _letters()
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
    letters = table.take(codes, mode="clip")  # all are in it: a third less than looking each up
    said, start = letters.tobytes(), 0
    parts: list[bytes] = []
    for at in np.flatnonzero(letters == _SEVERAL).tolist():
        parts += [said[start:at], several[int(codes[at])]]
        start = at + 1
    return b"".join([*parts, said[start:]]).translate(None, bytes([_NOTHING])).decode("ascii")


@functools.cache
def _letters() -> tuple[np.ndarray[Any, np.dtype[np.uint8]], Mapping[int, bytes]]:
    """By code point: the plain letter of a character, or that it has none or several, and which.
    Asked of Unicode once, in some hundredths of a second."""
    table = np.full(sys.maxunicode + 1, _NOTHING, np.uint8)
    table[:0x80] = np.frombuffer(_LOWER[:0x80], np.uint8)
    table[list(_CONTROLS)] = _NOTHING
    several = {}
    codes = [*range(0x80, 0xD800), *range(0xE000, _LAST)]
    for code, spelt in zip(codes, _spelt(_BREAK.join(map(chr, codes))), strict=True):
        if len(spelt) == 1:
            table[code] = spelt[0]
        elif spelt:
            table[code], several[code] = _SEVERAL, spelt
    return table, several


def _spelt(joined: str) -> list[bytes]:
    """The plain letters of each of the characters."""
    said, _ = codecs.charmap_encode(unicodedata.normalize("NFKD", joined), "ignore", _BYTES)
    for byte, letters in _UNGLUED.items():
        said = said.replace(byte, letters)
    return said.translate(_LOWER, _CONTROLS).split(_BREAK.encode())
