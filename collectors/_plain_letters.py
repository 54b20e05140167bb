"""The plain letters of texts in any language, found faster than by folding them whole.

Folding costs more than all else that is done with a post of a stream. Nearly all stories are asked
for in plain letters; to turn a post away it is enough to know that those are not in it.
"""

import codecs
import unicodedata
from collections.abc import Sequence

from groundswell.text import fold

_BREAK = "\0"
_CONTROLS = bytes(set(range(1, 0x20)) - set(b"\t\n\r")) + b"\x7f"
# What is left of Latin after its accents were taken off, such as ß, æ, ø and ł, folds into other
# letters; each is a byte above ASCII until then. All else that is not ASCII is dropped.
_GLUED = [c for c in (*map(chr, range(0xC0, 0x180)), "ẞ") if fold(c).isascii()]
_GLUED = [c for c in _GLUED if unicodedata.normalize("NFKD", c) == c]
_BYTES = codecs.charmap_build("".join([*map(chr, range(0x80)), *_GLUED]).ljust(0x100, "\ufffe"))
_UNGLUED = {bytes([0x80 + n]): fold(c).encode() for n, c in enumerate(_GLUED)}
_LOWER = bytes(range(256)).lower()


def plain_letters(texts: Sequence[str]) -> str:
    """The texts one after the other, NUL between them: each holds every run of ASCII letters,
    digits and signs that the folded and cleaned text holds, and perhaps more. Never raises."""
    joined = _BREAK.join(texts)
    if joined.count(_BREAK) != len(texts) - 1:
        joined = _BREAK.join(text.replace(_BREAK, "") for text in texts)
    if joined.isascii():
        return joined.encode("ascii").translate(_LOWER, _CONTROLS).decode("ascii")
    said, _ = codecs.charmap_encode(unicodedata.normalize("NFKD", joined), "ignore", _BYTES)
    for byte, letters in _UNGLUED.items():
        said = said.replace(byte, letters)
    return said.translate(_LOWER, _CONTROLS).decode("ascii")
