"""What the commands share: the home option, JSON output, how an error becomes a line."""

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from groundswell.settings import Settings, load

Command = TypeVar("Command", bound=Callable[..., Any])


def home_option(command: Command) -> Command:
    """Adds ``--home DIR``; the command receives ``settings``."""
    return click.option(
        "--home",
        "settings",
        type=click.Path(path_type=Path, file_okay=False),
        callback=lambda _context, _option, value: load(value),
        help="Folder of database, spool, topics and snapshots (or GROUNDSWELL_HOME).",
    )(command)


def json_option(command: Command) -> Command:
    """Adds ``--json``; the command receives ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")(command)


def print_json(value: Any) -> None:
    """Prints ``value`` as JSON; times as ISO 8601 in UTC."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=_plain))


def say(line: str) -> None:
    """A plain line for people, on stderr, so that stdout stays data."""
    click.echo(line, err=True)


def on_terminal() -> bool:
    """Whether progress may be drawn: plain lines otherwise."""
    return sys.stderr.isatty()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)


__all__ = ["Settings", "home_option", "json_option", "on_terminal", "print_json", "say"]
