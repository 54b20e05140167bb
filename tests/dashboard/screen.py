"""What an opened page shows, read from what is sent to the browser and not from our own code."""

import json
from collections.abc import Iterator
from typing import Any

from streamlit.testing.v1 import AppTest

# Kinds of elements that show text as it is. All others read Markdown, or may with the next release.
# What stands beside a chart (bidi_component) is written into figures, inert there like the rest.
LITERAL = frozenset(
    ["arrow_data_frame", "bidi_component", "code", "dataframe", "plotly_chart", "text"]
)
# Parts of the other kinds that are not shown, or shown as they are.
_NOT_READ = frozenset(["id", "form_id", "url", "user_key", "query_param_key", "element_hash"])
_CHOICES = frozenset(["multiselect", "selectbox", "text_input"])  # plain text, but for the label


def elements(app: AppTest) -> Iterator[tuple[str, Any]]:
    """Kind and message of each element and container of the page and its sidebar, in order."""
    for node in app._tree:  # what AppTest has kinds for is not all that a page holds
        message = getattr(node, "proto", None)
        if message is not None:
            yield node.type, message


def size_bytes(app: AppTest) -> int:
    """What the elements of the page weigh on their way to the browser."""
    return sum(message.ByteSize() for _, message in elements(app))


def figures(app: AppTest) -> list[dict[str, Any]]:
    """The figures as the browser gets them."""
    return [json.loads(element.proto.spec) for element in app.get("plotly_chart")]


def read_as_markdown(app: AppTest) -> Iterator[tuple[str, str]]:
    """Kind and text of all that a browser may take for more than letters."""
    for kind, message in elements(app):
        if kind in LITERAL:
            continue
        for field, text in _texts(message):
            if field not in _NOT_READ and (kind not in _CHOICES or field in ("label", "help")):
                yield kind, text


def words_of(app: AppTest) -> str:
    """All that is said in words on the page itself, a line an element, without our escapes."""
    kinds = ("title", "header", "subheader", "markdown", "text", "caption", "info", "warning")
    rest = ("success", "error", "code", "link_button", "button")
    said = [
        str(getattr(one, "label" if kind in ("link_button", "button") else "value", ""))
        for kind in (*kinds, *rest)
        for one in app.main.get(kind)
    ]
    return "\n".join(map(shown, said))


def shown(markdown: str) -> str:
    """What a reader sees of text that was made safe for Markdown."""
    return markdown.replace("\\", "").replace("\N{WORD JOINER}", "")


def _texts(message: Any) -> Iterator[tuple[str, str]]:
    """The name and value of every text in a message and in those inside it."""
    for field, value in message.ListFields():
        for one in _each(value):
            if hasattr(one, "ListFields"):
                yield from _texts(one)
            elif isinstance(one, str):
                yield field.name, one


def _each(value: Any) -> list[Any]:
    """What a field holds, one or many."""
    if hasattr(value, "values"):
        return list(value.values())
    is_many = hasattr(value, "__len__") and not isinstance(value, str | bytes)
    return list(value) if is_many else [value]
