"""The pieces of text that a match must hold: a cheap look that spares most posts the matcher."""

from collections.abc import Iterator, Sequence

from groundswell.query.tree import And, Handle, Near, Node, Or, Tag, Words

BREAK = "\0"  # between texts: part of no word, and no phrase goes across


def required(node: Node) -> list[frozenset[str]]:
    """Sets of pieces of text: a post that lacks all pieces of one set cannot match ``node``.

    A cheap test on ``Haystack.folded`` that spares most posts of a stream the tokenizer. No set
    means that nothing can be said.
    """
    if isinstance(node, Words):
        return [frozenset([max(node.tokens, key=len)])]
    if isinstance(node, Tag | Handle):
        return [frozenset([node.text])]
    if isinstance(node, Near):
        return required(node.left) + required(node.right)
    if isinstance(node, And):
        return [pieces for part in node.parts for pieces in required(part)]
    if isinstance(node, Or):
        return _required_of_any([required(part) for part in node.parts])
    return []


def lacks_none(folded: str, clauses: Sequence[frozenset[str]]) -> bool:
    """Whether ``folded`` holds at least one piece of every set of ``required``."""
    for pieces in clauses:
        for piece in pieces:
            if piece in folded:
                break
        else:
            return False
    return True


def lines_lacking_none(lines: str, clauses: Sequence[frozenset[str]]) -> set[int]:
    """Numbers of the lines, ``BREAK`` between them, of which ``lacks_none`` is true."""
    if not clauses:
        return set(range(lines.count(BREAK) + 1))
    fewest = min(clauses, key=len)
    holding = {number: line for piece in fewest for number, line in _lines_with(piece, lines)}
    return {number for number, line in holding.items() if lacks_none(line, clauses)}


def _lines_with(piece: str, lines: str) -> Iterator[tuple[int, str]]:
    """Each line that holds ``piece``, with its number: found in one go through all of them."""
    number, end = 0, 0
    while (at := lines.find(piece, end)) >= 0:
        number += lines.count(BREAK, end, at)
        start = lines.rfind(BREAK, 0, at) + 1
        end = lines.find(BREAK, at)
        if end < 0:
            end = len(lines)
        yield number, lines[start:end]


def _required_of_any(parts: list[list[frozenset[str]]]) -> list[frozenset[str]]:
    if not all(parts):
        return []
    rarest = (
        min(clauses, key=lambda pieces: (len(pieces), -len(min(pieces, key=len))))
        for clauses in parts
    )
    pieces = frozenset[str]().union(*rarest)
    return [frozenset(p for p in pieces if not any(o in p for o in pieces if o != p))]
