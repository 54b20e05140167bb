"""What is said about a query that cannot be read: where, why, and what to write instead."""

import difflib
import unicodedata
from itertools import accumulate

import regex
from lark import Token

from groundswell.errors import QueryError
from groundswell.query.tree import Lang, Node, Not

FIELDS = ("domain", "lang")
_SHOWN_CHARS = 60  # of a long query, around the place
_QUOTE_IT = "To find it as text put it in quotes."
_OPERATOR = regex.compile(r"AND|OR|NOT|NEAR/\d+")
_BRACKETS = regex.compile(r'"[^"]*"(*SKIP)(*FAIL)|[()]')


def pointed(text: str, error: QueryError) -> QueryError:
    """``error`` with its column and, below it, the place in the query marked by a caret."""
    at = error.column - 1
    start = max(0, at - _SHOWN_CHARS)
    shown = "".join(c if c.isprintable() else " " for c in text[start : at + _SHOWN_CHARS])
    indent = " " * sum(map(_cells, shown[: at - start]))
    message = f"column {error.column}: {error}\n  {shown}\n  {indent}^"
    return QueryError(message, column=error.column)


def bracket_below(plain: str, depth_cap: int) -> int | None:
    """Column of the first bracket that lies more than ``depth_cap`` deep, None if none does."""
    found = list(_BRACKETS.finditer(plain))
    depths = accumulate(1 if bracket[0] == "(" else -1 for bracket in found)
    deep = (b.start() + 1 for b, depth in zip(found, depths, strict=True) if depth > depth_cap)
    return next(deep, None)


def unreadable(plain: str, at: int) -> QueryError:
    """For a piece of ``plain`` at index ``at`` that is no word or sign of the language."""
    piece = regex.match(r'"|[^\s()"]+', plain, pos=at)
    text = piece[0] if piece else plain[at]
    sentence, offset = _unreadable_piece(text)
    return QueryError(sentence, column=at + offset + 1)


def misplaced(plain: str, token: Token) -> QueryError:
    """For a sign of the language where it cannot stand, or the end where more must come."""
    at = len(plain) if token.type == "$END" else token.start_pos or 0
    pieces = regex.findall(r'[()"]|[^\s()"]+', plain[:at])
    before = pieces[-1] if pieces else ""
    if token.type == "$END":
        return _ends_early(plain, before)
    if token.type == "RPAR" and before == "(":
        return QueryError("there is nothing between these brackets.", column=at + 1)
    if _OPERATOR.fullmatch(before):
        return QueryError(f"a word is missing between {before} and {token}.", column=at + 1)
    if token.type == "RPAR":
        return QueryError("this ) closes nothing. Take it out, or add a ( before.", column=at + 1)
    return QueryError(f"{token} has nothing on its left. Write a word before it.", column=at + 1)


def too_long(length: int, cap: int) -> QueryError:
    """For a query of more characters than are read."""
    return QueryError(
        f"the query has {length:,} characters, {cap:,} are the limit. Make several topics of it.",
        column=cap + 1,
    )


def too_deep(column: int, cap: int) -> QueryError:
    """For brackets nested beyond all sense."""
    return QueryError(
        f"brackets lie more than {cap} deep. Take out those not needed.", column=column
    )


def too_wide(node: Node) -> QueryError:
    """For a query, or an alternative in one, that asks for no word at all."""
    if isinstance(node, Lang):
        return QueryError(
            f"{node} alone would take every post in that language. Add what to look for, "
            f"such as deepseek {node}.",
            column=node.column,
        )
    return QueryError(
        f"this only says what to leave out ({node}) and would take nearly every post there is. "
        f"Say first what to look for, such as deepseek NOT {node}.",
        column=node.column,
    )


def no_word(piece: str, column: int) -> QueryError:
    """For signs, or quotes, without a word among them."""
    return QueryError(f"there is no word in {piece}. Write a word or take it out.", column=column)


def short_prefix(piece: str, column: int) -> QueryError:
    """For a prefix of one letter."""
    return QueryError(f"{piece} is too wide: at least 2 letters stand before a *.", column=column)


def star_in_quotes(column: int) -> QueryError:
    """For a ``*`` that was meant as a sign but stands within quotes."""
    return QueryError(
        'within quotes a * has no meaning. Put it behind them: "open mod"* finds “open models”.',
        column=column,
    )


def near_distance(column: int, cap: int) -> QueryError:
    """For a distance that is no distance."""
    return QueryError(f"the number after NEAR/ goes from 1 to {cap}.", column=column)


def near_chain(column: int, operator: str) -> QueryError:
    """For three words around two NEARs, which could mean several things."""
    return QueryError(
        f"NEAR joins two words, not three. Write (a {operator} b) AND (b {operator} c).",
        column=column,
    )


def near_side(side: Node) -> QueryError:
    """For a side of NEAR that has no place in a text."""
    mend = "Write NOT (a NEAR/5 b)" if isinstance(side, Not) else "Join them by AND"
    return QueryError(
        f"NEAR joins words, phrases and word beginnings, or several of them with OR in brackets; "
        f"not {side}. {mend}.",
        column=side.column,
    )


def _cells(sign: str) -> int:
    """Columns of a terminal that ``sign`` takes."""
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def _ends_early(plain: str, before: str) -> QueryError:
    if _OPERATOR.fullmatch(before):
        sentence = f"the query ends after {before}. Write a word behind it, or take it out."
        return QueryError(sentence, column=len(plain.rstrip()) - len(before) + 1)
    waiting: list[int] = []
    for bracket in _BRACKETS.finditer(plain):
        if bracket[0] == "(":
            waiting.append(bracket.start())
        elif waiting:
            waiting.pop()
    if waiting:
        return QueryError("this ( is never closed. Add a ) where it ends.", column=waiting[-1] + 1)
    return QueryError("the query is empty. Write at least one word.", column=1)


def _unreadable_piece(piece: str) -> tuple[str, int]:
    """What is wrong with ``piece``, and at which index of it."""
    if piece == '"':
        return 'this quote has no partner. Add a " where the phrase begins or ends.', 0
    if piece.startswith("NEAR"):
        return "NEAR wants a number of words, such as openai NEAR/5 deepseek.", 0
    if ":" in piece:
        return _bad_field(piece), 0
    if piece[0] == "#":
        return "a hashtag is # and then letters, digits or _, such as #deepseek.", 0
    if piece[0] == "@":
        return "a mention is @ and then a name, such as @openai.com.", 0
    if piece[0] == "-":
        return f"to leave posts out write NOT, not a minus. {_QUOTE_IT}", 0
    if piece[0] in "'‘`":
        return 'a phrase stands in double quotes, such as "sam altman".', 0
    at = next(i for i, sign in enumerate(piece) if sign in "*,|#@!^~[]{}<>=\\;")
    return _bad_sign(piece[at]), at


def _bad_field(piece: str) -> str:
    name = piece.split(":")[0].lower()
    if name == "domain":
        return "domain: wants the name of a site, such as domain:ft.com."
    if name == "lang":
        return "lang: wants the two or three letters of a language, such as lang:en."
    if name in ("http", "https"):
        return f"links are found by their site, such as domain:ft.com. {_QUOTE_IT}"
    near = difflib.get_close_matches(name, FIELDS, n=1)
    meant = f" Did you mean {near[0]}:?" if near else ""
    return f"there is no field {name}:.{meant} The fields are domain: and lang:. {_QUOTE_IT}"


def _bad_sign(sign: str) -> str:
    if sign == "*":
        return "a * stands at the end of a word, such as distill*, not before or within it."
    if sign == ",":
        return f"a comma joins nothing here. Write OR or AND between words. {_QUOTE_IT}"
    if sign == "|":
        return f"alternatives are joined by OR. {_QUOTE_IT}"
    return f"the sign {sign} has no meaning here. {_QUOTE_IT}"
