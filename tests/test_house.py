"""The rules of the house that no linter knows: sizes, first sentences, names, calls never made."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ("groundswell", "collectors", "dashboard")
FOLDERS = (*SHIPPED, "bench", "tests")

MODULE_LINES = 400
FUNCTION_LINES = 50
VIEW_LINES = 150
EMPTY_NAMES = frozenset(
    ["base", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"]
)


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def faults_of(rule: Callable[[Path, str], list[str]], *folders: str) -> list[str]:
    """What ``rule`` finds in the modules of ``folders``, each with its file."""
    return [
        f"{path.relative_to(ROOT)}{fault}"
        for path in sources(*folders)
        for fault in rule(path, path.read_text(encoding="utf-8"))
    ]


def check(rule: Callable[[Path, str], list[str]], *folders: str) -> None:
    found = faults_of(not_python, *folders) or faults_of(rule, *folders)
    assert not found, "\n" + "\n".join(found)


def not_python(path: Path, text: str) -> list[str]:
    try:
        ast.parse(text, filename=str(path), feature_version=(3, 11))
    except SyntaxError as error:
        return [f":{error.lineno} is not Python 3.11: {error.msg}"]
    return []


def too_long(path: Path, text: str) -> list[str]:
    lines = text.count("\n")
    most = VIEW_LINES if path.parent.name == "views" else MODULE_LINES
    return [f" has {lines} lines, {most} at most: give a part of it a room of its own"] * (
        lines > most
    )


def long_functions(_path: Path, text: str) -> list[str]:
    return [
        f":{node.lineno} {node.name}() has {lines} lines, {FUNCTION_LINES} at most: split it"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]


def no_first_sentence(path: Path, text: str) -> list[str]:
    said = ast.get_docstring(ast.parse(text), clean=False)
    if said is None:
        return [] if path.name == "__init__.py" and not text.strip() else [":1 has no docstring"]
    if not text.startswith('"""'):
        return [":1 begins with something else than its docstring"]
    first = said.split("\n")[0]
    ends = first.rstrip().endswith((".", "?", "!"))
    return [] if ends else [f":1 begins with no whole sentence on its first line: {first!r}"]


def empty_name(path: Path, _text: str) -> list[str]:
    words = set(path.stem.lower().split("_")) | set(path.parent.name.lower().split("_"))
    return [f" is named {word}: name the thing, not its rank" for word in words & EMPTY_NAMES]


def calls_never_made(_path: Path, text: str) -> list[str]:
    return [
        f":{node.lineno} {said}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and (said := _forbidden(node))
    ]


def _forbidden(call: ast.Call) -> str | None:
    called = ast.unparse(call.func)
    if called == "print":
        return "prints: return the value, or let the command say it"
    if called.endswith(".fetchone"):
        return "uses fetchone, which leaves a result open: read all of it or a scalar query"
    if called in ("st.html", "streamlit.html") or called.endswith("components.v1.html"):
        return f"uses {called}: the text of strangers must never reach a page as HTML"
    if any(keyword.arg == "unsafe_allow_html" for keyword in call.keywords):
        return "uses unsafe_allow_html: the text of strangers must never reach a page as HTML"
    return None


def test_modules_and_views_are_short() -> None:
    check(too_long, *FOLDERS)


def test_functions_are_short() -> None:
    check(long_functions, *FOLDERS)


def test_each_module_says_first_what_it_is_for() -> None:
    check(no_first_sentence, *FOLDERS)


def test_each_module_is_named_for_the_thing_in_it() -> None:
    check(empty_name, *FOLDERS)


def test_calls_that_hurt_are_never_made() -> None:
    check(calls_never_made, *SHIPPED)


def test_each_folder_with_code_is_a_package() -> None:
    folders = {path.parent for path in sources(*FOLDERS)}
    bare = sorted(
        str(folder.relative_to(ROOT))
        for folder in folders
        if not (folder / "__init__.py").is_file()
    )
    assert not bare, f"the import contracts do not see these without an __init__.py: {bare}"


def test_no_two_test_files_share_a_name() -> None:
    names: dict[str, list[str]] = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        names.setdefault(path.name, []).append(str(path.relative_to(ROOT)))
    twice = [places for places in names.values() if len(places) > 1]
    assert not twice, f"rename one of each: {twice}"


@pytest.mark.parametrize(
    ("rule", "where", "text"),
    [
        (not_python, "x.py", "def f(:\n"),
        (too_long, "groundswell/x.py", "\n" * 401),
        (too_long, "tests/test_x.py", "\n" * 401),
        (too_long, "dashboard/views/x.py", "\n" * 151),
        (long_functions, "x.py", "def f():\n" + "    a = 1\n" * 50),
        (long_functions, "x.py", "class C:\n  async def f():\n" + "    a = 1\n" * 50),
        (no_first_sentence, "x.py", "import os\n"),
        (no_first_sentence, "x.py", '"""No whole\nsentence."""\n'),
        (no_first_sentence, "x.py", '# first\n"""A sentence."""\n'),
        (no_first_sentence, "__init__.py", "import os\n"),
        (empty_name, "groundswell/text_utils.py", ""),
        (empty_name, "groundswell/common/x.py", ""),
        (calls_never_made, "x.py", "print(1)"),
        (calls_never_made, "x.py", "row = con.execute(sql).fetchone()"),
        (calls_never_made, "x.py", "st.markdown(text, unsafe_allow_html=True)"),
        (calls_never_made, "x.py", "st.html(text)"),
    ],
)
def test_a_fault_is_found(rule: Callable[[Path, str], list[str]], where: str, text: str) -> None:
    assert len(rule(Path(where), text)) == 1


@pytest.mark.parametrize(
    ("rule", "where", "text"),
    [
        (not_python, "x.py", "def f(): ...\n"),
        (too_long, "groundswell/x.py", "\n" * 400),
        (too_long, "tests/test_x.py", "\n" * 400),
        (too_long, "dashboard/views/x.py", "\n" * 150),
        (long_functions, "x.py", "def f():\n" + "    a = 1\n" * 49),
        (no_first_sentence, "x.py", '"""A sentence.\n\nAnd more\n"""\n'),
        (no_first_sentence, "__init__.py", ""),
        (empty_name, "groundswell/database.py", ""),
        (calls_never_made, "x.py", "click.echo(1); st.text(html); pretty.print(1)"),
    ],
)
def test_what_is_right_is_no_fault(
    rule: Callable[[Path, str], list[str]], where: str, text: str
) -> None:
    assert rule(Path(where), text) == []
