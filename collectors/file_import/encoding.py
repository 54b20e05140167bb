"""Finds the encoding of a file from its first MiB: certain, guessed and said so, or refused."""

import codecs
import re

import charset_normalizer

from groundswell.errors import ImportFileError

SAMPLE_BYTES = 1024 * 1024
SAVE_AGAIN = "Save it again as UTF-8 (“CSV UTF-8” in a spreadsheet) where it came from."

_BOMS = (  # the longer first: the mark of UTF-32 begins like the one of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TWICE_ENCODED = re.compile("[ÃÂ][\u0080-\u00bf\u0152-\u0178\u2013-\u2122]|â€.|ðŸ")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")


def encoding_of(name: str, sample: bytes) -> tuple[str, str | None]:
    """The codec for a file that begins with ``sample``, and None when it is certain, else some
    of the file's own words as that codec reads them, for a person to judge.

    Raises ``ImportFileError`` naming the file for what is no text or was encoded twice.
    """
    marked = next((codec for bom, codec in _BOMS if sample.startswith(bom)), None)
    codec = marked or _unmarked_utf16(sample) or ("utf-8" if _decodes(sample, "utf-8") else None)
    if codec is None:
        codec = _legacy(name, sample)
        return codec, _foreign_words(sample.decode(codec, errors="replace"))
    text = sample.decode(codec, errors="replace")
    _refuse_twice_encoded(name, text)
    return codec, None if marked or codec == "utf-8" else text[:60]


def _unmarked_utf16(sample: bytes) -> str | None:
    """UTF-16 without its mark shows as every other byte being zero; None if it is not that."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.05 * half else None


def _legacy(name: str, sample: bytes) -> str:
    best = charset_normalizer.from_bytes(sample[: SAMPLE_BYTES // 4]).best()
    binary = sample.count(0) > len(sample) / 100
    if best is None or binary or not _decodes(sample, best.encoding):
        raise ImportFileError(f"{name} is not text in any encoding we know. {SAVE_AGAIN}")
    # Windows calls its own superset by the name of the standard, so the superset reads both.
    return "cp1252" if best.encoding == "latin_1" else str(best.encoding)


def _decodes(sample: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        decoder.decode(sample, final=len(sample) < SAMPLE_BYTES)
    except UnicodeError:
        return False
    return True


def _foreign_words(text: str) -> str:
    """A few words around characters outside ASCII: where a wrong encoding shows."""
    found = [text[max(0, m.start() - 12) : m.end() + 12] for m in _FOREIGN.finditer(text)]
    return " … ".join(" ".join(words.split()) for words in found[:3])


def _refuse_twice_encoded(name: str, text: str) -> None:
    """One post may speak of “Ã©”; a file in which most such characters are broken is broken."""
    broken = _TWICE_ENCODED.findall(text)
    if len(broken) >= 3 and len(broken) > len(_FOREIGN.findall(text)) / 2:
        raise ImportFileError(
            f"{name} was damaged on its way: it shows {broken[0]!r} where one character "
            f"should be, because UTF-8 was read as another encoding and saved. {SAVE_AGAIN}"
        )
