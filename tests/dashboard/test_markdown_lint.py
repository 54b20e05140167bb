"""A lint of our own: nothing that a stranger wrote may reach an element that reads Markdown."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

DASHBOARD = Path(__file__).resolve().parents[2] / "dashboard"
FILES = sorted(DASHBOARD.rglob("*.py"))
BANNED = {"html", "write", "latex", "pyplot", "components", "iframe", "write_stream"}
READS_MARKDOWN = {
    *("markdown", "caption", "metric", "pills", "button", "table", "title", "header", "subheader"),
    *("info", "warning", "error", "success", "badge", "link_button", "download_button", "toast"),
    *("expander", "tabs", "radio", "checkbox", "toggle", "page_link", "segmented_control"),
}
# Functions of ours that give Markdown-safe text: numbers, times, known names, escaped strangers.
SAFE = {"safe_text", "many", "number", "share", "signed", "moment", "day", "period", "age"}
# What a stranger, a site or a topic's author wrote.
HOSTILE_NAMES = {"text", "author", "author_name", "title", "term", "keyword", "post", "row", "raw"}


def calls(tree: ast.AST, names: set[str]) -> Iterator[tuple[str, ast.Call]]:
    """Calls of ``st.<name>``, or of the name on any container."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in names
        ):
            yield node.func.attr, node


def unsafe(expression: ast.expr) -> list[str]:
    """Names of hostile data in an expression, outside of a call that makes them safe."""
    if isinstance(expression, ast.Call):
        name = getattr(expression.func, "attr", getattr(expression.func, "id", ""))
        if name in SAFE:
            return []
    if isinstance(expression, ast.Attribute | ast.Name):
        name = expression.attr if isinstance(expression, ast.Attribute) else expression.id
        return [name] if name in HOSTILE_NAMES else []
    inner = [child for child in ast.iter_child_nodes(expression) if isinstance(child, ast.expr)]
    if isinstance(expression, ast.JoinedStr):
        inner = [v.value for v in expression.values if isinstance(v, ast.FormattedValue)]
    return [name for child in inner for name in unsafe(child)]


def complaints(source: str) -> list[str]:
    """What is wrong in a module of the dashboard, one line each."""
    tree = ast.parse(source)
    found = [f"st.{name}" for name, call in calls(tree, BANNED) if _on_streamlit(call)]
    for name, call in calls(tree, READS_MARKDOWN):
        label = [*call.args[:2], *(k.value for k in call.keywords if k.arg in ("label", "help"))]
        found += [f"{name}({bad})" for argument in label for bad in unsafe(argument)]
    found += [
        "unsafe_allow_html"
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "unsafe_allow_html"
    ]
    return found


def _on_streamlit(call: ast.Call) -> bool:
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "st"
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DASHBOARD)))
def test_no_module_shows_strangers_words_as_markdown(path: Path) -> None:
    assert complaints(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "st.markdown(post['text'])",
        "st.markdown(f'Said {post.text}')",
        "st.caption('by ' + author)",
        "st.metric(label=term, value=3)",
        "box.button(f'{look.topic.title}')",
        "st.html('<b>x</b>')",
        "st.write(x)",
        "st.text(x, unsafe_allow_html=True)",
        "st.title(look.topic.title)",
        "st.info(words.upper(keyword))",
        "st.error(f'{[row for row in rows]}')",
    ],
)
def test_the_lint_bites(source: str) -> None:
    assert complaints(source)


@pytest.mark.parametrize(
    "source",
    [
        "st.text(post['text'])",
        "st.title(words.safe_text(look.topic.title))",
        "st.caption(f'of {number(totals.posts)} posts')",
        "path.write(body)",
    ],
)
def test_the_lint_lets_safe_things_pass(source: str) -> None:
    assert complaints(source) == []
