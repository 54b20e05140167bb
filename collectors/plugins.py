"""Sources that other packages bring, by the entry point group ``groundswell.collectors``."""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from groundswell.source import Capabilities

GROUP = "groundswell.collectors"
NAME_RULE = "2 to 32 of a-z, 0-9 and -, beginning with a letter"

_NAME = re.compile(r"[a-z][a-z0-9-]{1,31}")
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One source of another package. ``problem`` is why it cannot be used, a sentence that names
    the package; None when it can, and then ``source`` is its class."""

    name: str
    distribution: str
    version: str
    source: type[Any] | None = None
    problem: str | None = None


def found(own: Iterable[str]) -> list[Plugin]:
    """Every plugin that is installed, usable or not, by name and package. ``own`` are the names of
    Groundswell's own sources, which nobody can take; of two plugins with one name the package that
    comes first by name has it. Never raises for a plugin: one that is broken says so and is left
    out."""
    taken = dict.fromkeys(own, "Groundswell itself")
    plugins = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: (_home_of(point), point.name)):
        plugin = _loaded(point, taken)
        if plugin.problem is None:
            taken[plugin.name] = plugin.distribution
        plugins.append(plugin)
    return sorted(plugins, key=lambda plugin: (plugin.name, plugin.distribution))


def with_plugins(own: Mapping[str, type[Any]]) -> dict[str, type[Any]]:
    """``own`` sources and those of plugins, by name. A plugin that cannot be used is a warning."""
    sources = dict(own)
    for plugin in found(own):
        if plugin.source is not None:
            sources[plugin.name] = plugin.source
        else:
            _LOG.warning("%s", plugin.problem)
    return sources


def _loaded(point: EntryPoint, taken: Mapping[str, str]) -> Plugin:
    name, distribution = point.name, _home_of(point)
    version = point.dist.version if point.dist else ""
    problem = _refusal(name, taken)
    source: Any = None
    if problem is None:
        try:
            source = point.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001  # a stranger's module may raise any
            problem = f"it cannot be loaded: {_in_one_line(error)}"
        else:
            problem = next(_faults(name, source), None)
    if problem is None:
        return Plugin(name=name, distribution=distribution, version=version, source=source)
    said = (
        f"The package {distribution} {version} brings the source “{name}”, which is left out: "
        f"{problem}. All others work. Ask its maker, or uninstall {distribution}."
    )
    return Plugin(name=name, distribution=distribution, version=version, problem=said)


def _refusal(name: str, taken: Mapping[str, str]) -> str | None:
    """Why nothing is loaded for ``name``; None when it may be."""
    if not _NAME.fullmatch(name):
        return f"a name of a source is {NAME_RULE}"
    return f"that name is taken by {taken[name]}" if name in taken else None


def _faults(name: str, source: Any) -> Iterator[str]:
    """What keeps a loaded object from being a collector."""
    if not isinstance(source, type):
        yield f"it is of type {type(source).__name__}, not a class"
        return
    if getattr(source, "name", None) != name:
        yield f"its class says name = {getattr(source, 'name', None)!r}"
    if not isinstance(getattr(source, "route", None), str):
        yield "its class has no route, such as “search”"
    if not isinstance(getattr(source, "capabilities", None), Capabilities):
        yield "its class has no capabilities (groundswell.source.Capabilities)"
    for method in ("pages", "posts"):
        if not callable(getattr(source, method, None)):
            yield f"its class has no {method}()"


def _home_of(point: EntryPoint) -> str:
    """The name of the package that brings an entry point."""
    return point.dist.name if point.dist else point.value.partition(".")[0]


def _in_one_line(error: BaseException) -> str:
    said = " ".join("".join(c if c.isprintable() else " " for c in str(error)).split())
    return f"{type(error).__name__}: {said}"[:200].rstrip(".: ")
