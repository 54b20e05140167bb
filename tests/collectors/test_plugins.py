"""Sources of other packages: taken in, refused with a line, and never a harm to the others."""

import importlib
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import collectors
from collectors import plugins
from collectors.plugins import Plugin

WHOLE = '''"""A source."""

from datetime import timedelta

from groundswell.source import Capabilities


class {class_name}:
    name = "{name}"
    route = "search"
    capabilities = Capabilities(
        keyless=True,
        since=False,
        until=False,
        history="none",
        engagement=(),
        deletion_signal=False,
        redistribution="link",
        terms="None.",
    )

    def pages(self, ask):
        pass

    def posts(self, page):
        pass
'''

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts a package with one entry point on the path, as an installer would."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def add(package: str, name: str, code: str, target: str = "Source") -> None:
        module = package.replace("-", "_")
        monkeypatch.delitem(sys.modules, module, raising=False)
        (tmp_path / f"{module}.py").write_text(code)
        described = tmp_path / f"{module}-1.2.dist-info"
        described.mkdir()
        (described / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.2\n"
        )
        points = f"[{plugins.GROUP}]\n{name} = {module}:{target}\n"
        (described / "entry_points.txt").write_text(points)
        importlib.invalidate_caches()

    return add


def whole(name: str, class_name: str = "Source") -> str:
    return WHOLE.format(name=name, class_name=class_name)


def only(found: list[Plugin]) -> Plugin:
    (plugin,) = found
    return plugin


def test_a_plugin_is_a_source_like_any_other(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("sample-boards", "boards", whole("boards"))
    monkeypatch.delitem(vars(collectors), "SOURCES", raising=False)
    assert collectors.SOURCES["boards"].name == "boards"
    assert "hackernews" in collectors.SOURCES
    plugin = only(plugins.found(["rss"]))
    assert (plugin.distribution, plugin.version, plugin.problem) == ("sample-boards", "1.2", None)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise ZeroDivisionError('in the\\nmiddle')", "ZeroDivisionError: in the middle"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("import a_module_that_nobody_has", "ModuleNotFoundError"),
        ("def broken(:\n", "SyntaxError"),
        ("Other = 1", "AttributeError"),
        ("Source = 7", "it is of type int, not a class"),
        ("class Source:\n    pass", "its class says name = None"),
        (whole("another"), "its class says name = 'another'"),
        (whole("boards").replace("route =", "way ="), "no route"),
        (whole("boards").replace("capabilities =", "can ="), "no capabilities"),
        (whole("boards").replace("def posts", "def items"), "no posts()"),
        (whole("boards").replace("def pages", "def answers"), "no pages()"),
    ],
)
def test_a_broken_plugin_is_one_line_that_names_its_package(
    install: Install, caplog: pytest.LogCaptureFixture, code: str, said: str
) -> None:
    install("sample-boards", "boards", code)
    with caplog.at_level(logging.WARNING):
        sources = plugins.with_plugins({"rss": object})
    assert sources == {"rss": object}
    (line,) = caplog.messages
    assert "sample-boards 1.2" in line
    assert said in line
    assert "\n" not in line


def test_one_broken_plugin_does_not_break_another(install: Install) -> None:
    install("a-broken-one", "broken", "raise RuntimeError")
    install("sample-boards", "boards", whole("boards"))
    assert sorted(plugins.with_plugins({})) == ["boards"]


def test_a_name_of_our_own_cannot_be_taken(install: Install) -> None:
    install("sample-rss", "rss", whole("rss"))
    assert plugins.with_plugins({"rss": object}) == {"rss": object}
    problem = only(plugins.found(["rss"])).problem
    assert problem is not None
    assert "sample-rss 1.2" in problem
    assert "that name is taken by Groundswell itself" in problem


def test_of_two_with_one_name_the_first_package_has_it(install: Install) -> None:
    install("b-boards", "boards", whole("boards"))
    install("a-boards", "boards", whole("boards"))
    kept, refused = plugins.found([])
    assert (kept.distribution, kept.problem) == ("a-boards", None)
    assert refused.distribution == "b-boards"
    assert "taken by a-boards" in str(refused.problem)


def test_a_name_that_is_refused_is_not_even_loaded(install: Install, tmp_path: Path) -> None:
    loaded = f"open({str(tmp_path / 'loaded')!r}, 'w').close()"
    install("sample-rss", "rss", loaded)
    plugins.found(["rss"])
    assert not (tmp_path / "loaded").exists()


@pytest.mark.parametrize("name", ["../up", "Boards", "b", "x" * 33, "7up", "über"])
def test_a_name_must_be_fit_for_files_and_tables(install: Install, name: str) -> None:
    install("sample-boards", name, whole(name))
    assert "a name of a source is" in str(only(plugins.found([])).problem)
