"""Turns untrusted text into plain, bounded text, and text into the words all rooms compare."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import regex
from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from groundswell.post import TEXT_CAP_BYTES

# What tables made by others call their column of texts, the best first.
TEXT_NAMES = (
    *("text", "body", "content", "message", "full_text", "selftext", "comment", "tweet", "caption"),
    *("post", "answer", "response", "description"),
)

LINK_CAP_CHARS = 4096
TAG_CAP = 5_000  # above it nested blocks cost the parser the square: 50,000 of them took 2 s

_NEWLINES = regex.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# NUL and the other controls (a terminal obeys ESC), and the marks that turn text around.
_UNWANTED = regex.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_DROPPED = ["script", "style", "template", "noscript", "iframe", "object", "svg", "math"]
_PARAGRAPHS = {"p", "blockquote", "pre", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6"}
_LINES = {"title", "li", "div", "tr", "dt", "dd", "hr", "option", "figure"} | {
    "section",
    "article",
    "header",
    "footer",
}
_BLOCKS = _PARAGRAPHS | _LINES | {"br"}
_ANY_TAG = regex.compile(rf"</?(?!(?:{'|'.join(_DROPPED)})\b)([a-z][a-z0-9]*)[^<>]*>", regex.I)
_SPACES = regex.compile(r"[ \t\n\r\f\xa0]+")
_GAP = regex.compile(r" *[\n\v\f][ \n\v\f]*")

# A sign whose compatibility form would glue letters to a word: "ChatGPT™" is not "chatgpttm".
_GLUED = {"™": " ", "℠": " ", "´": "'"}
_LETTERS = dict(zip("øłđħıŧð’ʼ", "oldhitd''", strict=True)) | {"æ": "ae", "œ": "oe", "þ": "th"}
# Accents of European scripts, and the vowel points that Hebrew and Arabic mostly leave out; in
# Devanagari, Thai or kana a mark is a letter's other half and stays. With them goes what cannot
# be seen (soft hyphen, joiner, BOM, variation selectors), the frame of a keycap, and skin tones,
# which are to an emoji what an accent is to a letter.
_MARKS = (
    r"\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u0652\u0670"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\xad\u2060\ufeff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff"
)
_GLUED_SIGN = re.compile(f"[{''.join(_GLUED)}]")
_MARK_OR_LETTER = re.compile(f"[{_MARKS}{''.join(_LETTERS)}]")
# Where all of these and all letters that hold such a mark lie: without one of them there is
# nothing to take apart, which makes kana and hangul ten times faster.
_MAY_HOLD_MARK = re.compile(
    rf"[{_MARKS}\xc0-\u0590\u1d00-\u1fff\u2018-\u201f\u2190-\u22ff\U000105c9-\U000105e4]"
)

# Links copied out of a chat window end in "?utm_source=chatgpt.com": tracking, not speech.
_URL_QUERY = re.compile(r"(https?://[^\s?#]*)[?#][!-~]*")
_TAG = r"(?<![\w&])\#\w+"
_HANDLE = r"(?<![\w@/])@\w+(?:[.-]+\w+)*(?:@\w+(?:[.-]\w+)+)?"
_ASCII_PIECES = re.compile(rf"[a-z0-9]+|{_TAG}|{_HANDLE}", re.ASCII)
# Scripts written without spaces, and Hangul, whose particles stick to the word: letter by letter,
# so that a word of them is a phrase of letters and is found inside a sentence.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\u30fc\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_PIECES = regex.compile(
    rf"""(?V1)
      [\w--[_{_UNSPACED}]]+(?:[\u200c\u200d][\w--[_{_UNSPACED}]]+)*    # a word
    | [{_UNSPACED}]\p{{M}}*
    | {_TAG} | {_HANDLE}
    | \p{{Regional_Indicator}}{{2}}                                     # a flag
    | [\p{{Extended_Pictographic}}--[©®]][\U000e0020-\U000e007f]*       # an emoji, with joined ones
      (?:\u200d\p{{Extended_Pictographic}})*
    """,
    regex.X,
)


def clean_text(text: str, *, cap_bytes: int = TEXT_CAP_BYTES) -> tuple[str, bool]:
    """``text`` fit to be stored, and whether it was cut to ``cap_bytes`` bytes of UTF-8.

    Lone surrogates become U+FFFD; controls but tab and newline, and bidi overrides, go; newlines
    become ``\\n``; both ends are stripped. Emoji, joiners and combining marks stay. Never raises;
    cleaning twice changes nothing.
    """
    text = _UNWANTED.sub("", _NEWLINES.sub("\n", _mend_surrogates(text))).strip()
    if len(text) * 4 <= cap_bytes or len(encoded := text.encode()) <= cap_bytes:
        return text, False
    return encoded[:cap_bytes].decode(errors="ignore").rstrip(), True


def html_to_text(html: str) -> str:
    """Plain text of a piece of HTML, entities decoded exactly once, not yet ``clean_text``.

    Paragraphs are set off by an empty line; lines, items and rows by a newline; links keep their
    text; scripts, styles and embedded documents are dropped. Never raises; time is linear.
    """
    html = _mend_surrogates(html)
    if "<" not in html and "&" not in html:
        return _SPACES.sub(" ", html).strip(" ")
    if html.count("<") > TAG_CAP:
        html = _ANY_TAG.sub(_flat, html)
    tree = LexborHTMLParser(html, options=LexborDocumentOptions.WO_EVENTS)
    tree.strip_tags(_DROPPED, recursive=True)
    text = "".join(_written(tree.root)) if tree.root else ""
    return _GAP.sub(_newlines, text).strip()


def fold(text: str) -> str:
    """``text`` as it is compared: NFKC, no case, no accents, no skin tones. Folding twice changes
    nothing. Marks that are letters (Devanagari, Thai, kana) stay."""
    if text.isascii():
        return text.lower()
    folded = _GLUED_SIGN.sub(lambda sign: _GLUED[sign[0]], text)
    folded = unicodedata.normalize("NFKC", folded).casefold()
    if _MAY_HOLD_MARK.search(folded):
        apart = unicodedata.normalize("NFKD", folded).casefold()
        folded = _MARK_OR_LETTER.sub(lambda mark: _LETTERS.get(mark[0], ""), apart)
    return unicodedata.normalize("NFKC", folded).casefold()


def tokens(text: str) -> list[str]:
    """The words of ``text``, folded, in order: the one tokenizer of queries and keyword search.

    ``#Tag`` gives ``#tag`` and ``tag``; ``@name.host`` gives ``@name.host`` and ``name``; an emoji
    is one token; in scripts without spaces each letter is one. Punctuation and ``_`` separate.
    What follows ``?`` or ``#`` in a link is left out.
    """
    return split(fold(text))


def split(folded: str) -> list[str]:
    """``tokens`` of a text that is folded already."""
    if "://" in folded:
        folded = _URL_QUERY.sub(r"\1", folded)
    pieces: list[str] = (_ASCII_PIECES if folded.isascii() else _PIECES).findall(folded)
    if "#" not in folded and "@" not in folded:
        return pieces
    return list(_with_bare_words(pieces))


def http_links(values: Iterable[object]) -> tuple[str, ...]:
    """The http(s) addresses with a host among ``values``, each once, in order, controls and spaces
    removed. Anything else, and what is longer than 4,096 characters, is left out. Never raises."""
    cleaned = (_http_link(value) for value in values if isinstance(value, str))
    return tuple(dict.fromkeys(link for link in cleaned if link))


def _mend_surrogates(text: str) -> str:
    """Joins surrogate halves that belong together; a lone half becomes U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _flat(tag: regex.Match[str]) -> str:
    return "<br>" if tag[1].lower() in _BLOCKS else ""


def _written(root: LexborNode) -> Iterator[str]:
    """Text in document order, with ``\\v`` at the edge of a line block, ``\\f`` of a paragraph."""
    in_pre = 0
    for node, opens in _walk(root):
        tag = node.tag or ""
        if tag == "-text":
            text = (node.text_content or "") if opens else ""
            yield text if in_pre else _SPACES.sub(" ", text)
        elif tag == "br":
            yield "\n" if opens else ""
        elif tag in _PARAGRAPHS:
            in_pre += 0 if tag != "pre" else 1 if opens else -1
            yield "\f"
        elif tag in _LINES:
            yield "\v"


def _walk(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Every node as it opens (True) and closes (False); by hand, so that no depth is too deep."""
    node, opens = root, True
    while True:
        yield node, opens
        onward = node.first_child if opens else node.next
        if onward is not None:
            node, opens = onward, True
        elif opens:
            opens = False
        elif node.parent is None or node.mem_id == root.mem_id:
            return
        else:
            node = node.parent


def _newlines(gap: regex.Match[str]) -> str:
    if "\f" in gap[0] or gap[0].count("\n") > 1:
        return "\n\n"
    return "\n"


def _with_bare_words(pieces: Iterable[str]) -> Iterator[str]:
    for piece in pieces:
        yield piece
        if piece[0] == "#":
            yield from split(piece[1:])
        elif piece[0] == "@":
            yield from split(re.split(r"[.@]", piece[1:], maxsplit=1)[0])


def _http_link(value: str) -> str | None:
    link = "".join(clean_text(value)[0].split())
    try:
        parts = urlsplit(link)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # "http://[": no address at all
        return None
    return link if usable and len(link) <= LINK_CAP_CHARS else None
