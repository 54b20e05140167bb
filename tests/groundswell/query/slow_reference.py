"""The meaning of a query once more, written plainly and apart from the matcher it checks."""

from urllib.parse import urlsplit

from groundswell.post import Post
from groundswell.query import Search, Term
from groundswell.query.tree import And, Domain, Handle, Lang, Near, Node, Not, Or, Tag, Words
from groundswell.text import fold, tokens


def meets(post: Post, node: Node) -> bool:
    """Whether ``post`` meets ``node``: every text read word by word, every place compared."""
    match node:
        case And(parts):
            return all(meets(post, part) for part in parts)
        case Or(parts):
            return any(meets(post, part) for part in parts)
        case Not(part):
            return not meets(post, part)
        case Near(left, right, distance):
            return any(_meet(text, left, right, distance) for text in _texts(post))
        case Words():
            return any(_places(text, node) for text in _texts(post))
        case Tag(text):
            return text in _tags(post)
        case Handle(text):
            return text in _handles(post)
        case Domain(text):
            return any(_is_on(host, text) for host in _hosts(post))
        case Lang(text):
            return (post.lang_declared or "").split("-")[0].lower() == text


def finds(post: Post, search: Search) -> bool:
    """Whether a site that does all it is asked would find ``post``."""
    return all(meets(post, _node(term)) for term in search.terms)


def _node(term: Term) -> Node:
    match term.kind:
        case "word" | "phrase":
            return Words(term.text)
        case "prefix":
            return Words(term.text, True)
        case "tag":
            return Tag(term.text)
        case "handle":
            return Handle(term.text)
        case "domain":
            return Domain(term.text)
        case "lang":
            return Lang(term.text)


def _texts(post: Post) -> list[list[str]]:
    texts = [post.text, post.quoted_text, post.card_text, post.alt_text, *post.tags]
    texts += [name.replace("@", ".").split(".")[0] for name in post.mentions]
    return [[t for t in tokens(text or "") if t[0] not in "#@"] for text in texts]


def _signs(post: Post, sign: str) -> set[str]:
    texts = (post.text, post.quoted_text, post.card_text, post.alt_text)
    return {t[1:] for text in texts for t in tokens(text or "") if t[0] == sign}


def _tags(post: Post) -> set[str]:
    return _signs(post, "#") | {fold(tag) for tag in post.tags}


def _handles(post: Post) -> set[str]:
    return _signs(post, "@") | {fold(name) for name in post.mentions}


def _hosts(post: Post) -> list[str]:
    return [urlsplit(link).hostname or "" for link in (*post.links, post.card_url or "")]


def _is_on(host: str, site: str) -> bool:
    return host.split(".")[-len(site.split(".")) :] == site.split(".")


def _places(text: list[str], words: Words) -> list[range]:
    found = []
    for start in range(len(text)):
        there = text[start : start + len(words.tokens)]
        if words.beginning and len(there) == len(words.tokens):
            there[-1] = there[-1][: len(words.tokens[-1])]
        if there == list(words.tokens):
            found.append(range(start, start + len(there)))
    return found


def _meet(text: list[str], left: Words | Or, right: Words | Or, distance: int) -> bool:
    for one in _side_places(text, left):
        for other in _side_places(text, right):
            first, second = sorted((one, other), key=lambda place: place.start)
            if 1 <= second.start - first[-1] <= distance:
                return True
    return False


def _side_places(text: list[str], side: Words | Or) -> list[range]:
    words = side.parts if isinstance(side, Or) else (side,)
    return [place for each in words if isinstance(each, Words) for place in _places(text, each)]
