"""Reads the text of a query into its tree, or refuses it with the place and the mend."""

import functools
import string
import unicodedata
from itertools import chain

import regex
from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken, v_args

from groundswell.errors import QueryError
from groundswell.query import complaints, tree
from groundswell.query.tree import And, Near, Node, Not, Or, Words
from groundswell.text import fold

LENGTH_CAP_CHARS = 4_000
DEPTH_CAP = 50  # brackets in brackets, so that whatever walks the tree may recurse
NEAR_CAP_WORDS = 100

# One sign for one sign, so that columns stay those of the user's text.
_PLAIN_SIGNS = str.maketrans("“”„‟«»＂（）＃＠＊：，－", '"' * 7 + "()#@*:,-")
_EDGES = string.punctuation + "…–—·•¿¡ "  # around a word; no comparison looks at them


def read(text: str) -> Node:
    """The tree of the query ``text``. Raises ``QueryError`` with the column and a caret line."""
    try:
        return _read(text)
    except QueryError as error:
        raise complaints.pointed(text, error) from None


def _read(text: str) -> Node:
    if len(text) > LENGTH_CAP_CHARS:
        raise complaints.too_long(len(text), LENGTH_CAP_CHARS)
    plain = "".join(" " if _is_blank(sign) else sign for sign in text.translate(_PLAIN_SIGNS))
    if (place := complaints.bracket_below(plain, DEPTH_CAP)) is not None:
        raise complaints.too_deep(place, DEPTH_CAP)
    try:
        root: Node = _parser().parse(plain)  # type: ignore[assignment]  # what _Builder returns
    except UnexpectedCharacters as error:
        raise complaints.unreadable(plain, error.pos_in_stream or 0) from None
    except UnexpectedToken as error:
        raise complaints.misplaced(plain, error.token) from None
    if (node := _taking_everything(root, wanted=True)) is not None:
        raise complaints.too_wide(node)
    return root


def _is_blank(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) == "Cc"


@functools.cache
def _parser() -> Lark:
    return Lark.open(
        "grammar.lark",
        rel_to=__file__,
        parser="lalr",
        lexer="basic",
        regex=True,
        transformer=_Builder(),
    )


class _Builder(Transformer[Token, Node]):
    """Makes nodes as the parser goes, leaves first; each method is a name of the grammar."""

    def WORD(self, token: Token) -> Node:  # noqa: N802  # the grammar's name
        return _words(token, str(token))

    def PREFIX(self, token: Token) -> Node:  # noqa: N802  # the grammar's name
        return _words(token, token[:-1], beginning=True)

    def PHRASE(self, token: Token) -> Node:  # noqa: N802  # the grammar's name
        _, inside, after = token.split('"')
        if star := regex.search(r"(?<=\w)\*", inside):
            raise complaints.star_in_quotes(_column(token) + 1 + star.start())
        return _words(token, inside, beginning=after == "*")

    def TAG(self, token: Token) -> Node:  # noqa: N802  # the grammar's name
        return tree.Tag(_folded_name(token), _column(token))

    def HANDLE(self, token: Token) -> Node:  # noqa: N802  # the grammar's name
        return tree.Handle(_folded_name(token), _column(token))

    def DOMAIN(self, token: Token) -> Node:  # noqa: N802  # the grammar's name
        host = _lower(token.split(":")[1])
        return tree.Domain(host.removeprefix("www."), _column(token))

    def LANG(self, token: Token) -> Node:  # noqa: N802  # the grammar's name
        return tree.Lang(_lower(token.split(":")[1]), _column(token))

    @v_args(inline=True)
    def near(self, left: Node, operator: Token, right: Node, *more: Node | Token) -> Node:
        distance = int(operator.split("/")[1])
        if not 1 <= distance <= NEAR_CAP_WORDS:
            raise complaints.near_distance(_column(operator), NEAR_CAP_WORDS)
        if more:
            raise complaints.near_chain(_column(more[0]), str(operator))
        return Near(_near_side(left), _near_side(right), distance)

    @v_args(inline=True)
    def negation(self, operator: Token, part: Node) -> Node:
        return part.part if isinstance(part, Not) else Not(part, _column(operator))

    def both(self, parts: list[Node]) -> Node:
        return And(_flat(parts, And))

    def either(self, parts: list[Node]) -> Node:
        return Or(_flat(parts, Or))


def _flat(parts: list[Node], kind: type[And | Or]) -> tuple[Node, ...]:
    nested = (part.parts if isinstance(part, kind) else (part,) for part in parts)
    return tuple(chain.from_iterable(nested))


def _words(token: Token, typed: str, *, beginning: bool = False) -> Words:
    text = _lower(" ".join(typed.split())).strip(_EDGES)
    if regex.search(r"[#@]|://", text):  # a post's tokens hold these apart; so must the phrase
        text = " ".join(tree.bare_words(text))
    words = Words(text, beginning, _column(token))
    if not words.tokens:
        raise complaints.no_word(token, _column(token))
    if beginning and len("".join(words.tokens)) < 2:
        raise complaints.short_prefix(token, _column(token))
    return words


def _folded_name(token: Token) -> str:
    name = fold(token[1:])
    if not regex.fullmatch(r"\w[\w.@-]*", name):
        raise complaints.no_word(token, _column(token))
    return name


def _near_side(side: Node) -> Words | Or:
    if isinstance(side, Words):
        return side
    if isinstance(side, Or) and all(isinstance(part, Words) for part in side.parts):
        return side
    raise complaints.near_side(side)


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())


def _column(place: Node | Token) -> int:
    return (place.start_pos or 0) + 1 if isinstance(place, Token) else place.column


def _taking_everything(node: Node, *, wanted: bool) -> Node | None:
    """The part of ``node`` that no word of a post has to meet, None if there is none. ``wanted``
    is False inside a NOT. A language alone is no word: it would take half the network."""
    if isinstance(node, Not):
        return _taking_everything(node.part, wanted=not wanted)
    if isinstance(node, And | Or):
        loose = [_taking_everything(part, wanted=wanted) for part in node.parts]
        if isinstance(node, And) == wanted and None in loose:
            return None
        return next((part for part in loose if part is not None), None)
    return None if wanted and not isinstance(node, tree.Lang) else node
