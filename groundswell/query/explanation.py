"""Says in plain English what a query takes."""

from collections.abc import Iterable, Iterator

from groundswell.query.tree import And, Domain, Handle, Lang, Near, Node, Not, Or, Tag, Words

_OPERATORS = {"and", "or", "not", "near"}


def explain(node: Node) -> str:
    """One sentence that begins with "Posts that"; another where an operator may have been meant."""
    small = sorted(_OPERATORS & {str(leaf) for leaf in _leaves(node)})
    words = _listed((f"“{word}”" for word in small), "and") if small else ""
    are = "are words" if len(small) > 1 else "is a word"
    hint = f" Operators are written in capitals: {words} {are} here." if small else ""
    return f"Posts that {_does(node)}.{hint}"


def _leaves(node: Node) -> Iterator[Node]:
    parts: tuple[Node, ...] = ()
    if isinstance(node, And | Or):
        parts = node.parts
    elif isinstance(node, Not):
        parts = (node.part,)
    elif isinstance(node, Near):
        parts = (node.left, node.right)
    for part in parts:
        yield from _leaves(part)
    if not parts:
        yield node


def _does(node: Node) -> str:
    """What a post does that meets ``node``: a verb and what belongs to it."""
    if isinstance(node, Domain):
        return f"link to {node.text}"
    if isinstance(node, Lang):
        return f"declare their language as “{node.text}”"
    if isinstance(node, Not):
        return _does_not(node.part)
    if isinstance(node, And):
        return _does_all(node)
    if isinstance(node, Or) and not all(map(_is_name, node.parts)):
        return "either " + ", or ".join(map(_enclosed, node.parts))
    return f"mention {_name(node)}"


def _does_not(node: Node) -> str:
    if isinstance(node, Domain):
        return f"do not link to {node.text}"
    if isinstance(node, Lang):
        return f"do not declare their language as “{node.text}”"
    if isinstance(node, Or) and all(map(_is_name, node.parts)):
        return f"mention none of {_listed(map(_name, node.parts), 'or')}"
    if isinstance(node, And) and all(map(_is_name, node.parts)):
        return f"do not mention {_listed(map(_name, node.parts), 'and')} together"
    if isinstance(node, And | Or):
        return f"are not posts that [{_does(node)}]"
    return f"do not mention {_name(node)}"


def _does_all(node: And) -> str:
    """What is mentioned first, then the rest with verbs of their own, then what must not be."""
    names = [_name(part) for part in node.parts if _is_name(part)]
    whole = [f"mention {_listed(names, 'and')}"] if names else []
    others = [_enclosed(part) for part in node.parts if _is_wanted(part) and not _is_name(part)]
    whole += sorted(others, key=_is_no_mention)
    left_out = [_enclosed(part) for part in node.parts if not _is_wanted(part)]
    text, before = "", ""
    for does in whole:
        repeated = before.startswith("mention ") and does.startswith("mention ")
        text += ", and also " if text else ""
        text += does.removeprefix("mention ") if repeated else does
        before = does
    return ", but ".join(filter(None, [text, ", and ".join(left_out)]))


def _is_wanted(node: Node) -> bool:
    return not isinstance(node, Not)


def _is_no_mention(does: str) -> bool:
    return not does.startswith("mention ")


def _enclosed(node: Node) -> str:
    """``_does``, in brackets where "and" and "or" would run together."""
    compound = isinstance(node, And) or (
        isinstance(node, Or) and not all(map(_is_name, node.parts))
    )
    return f"[{_does(node)}]" if compound else _does(node)


def _is_name(node: Node) -> bool:
    return isinstance(node, Words | Tag | Handle)


def _name(node: Node) -> str:
    """What is mentioned, as a noun."""
    if isinstance(node, Near):
        words = "1 word" if node.distance == 1 else f"{node.distance} words"
        return f"{_name(node.left)} within {words} of {_name(node.right)}"
    if isinstance(node, Or):
        names = [_name(part) for part in node.parts]
        return f"{'any of ' if len(names) > 2 else ''}{_listed(names, 'or')}"
    if isinstance(node, Tag):
        return f"the hashtag #{node.text}"
    if isinstance(node, Handle):
        return f"the account @{node.text}"
    if isinstance(node, Words) and node.beginning:
        return f"{'phrases' if ' ' in node.text else 'words'} beginning with “{node.text}”"
    if isinstance(node, Words) and " " in node.text:
        return f"the phrase “{node.text}”"
    return f"“{node.text}”" if isinstance(node, Words) else str(node)


def _listed(names: Iterable[str], joined_by: str) -> str:
    *first, last = names
    if not first:
        return last
    comma = "," if len(first) > 1 or " beginning with " in first[0] else ""
    return f"{', '.join(first)}{comma} {joined_by} {last}"
