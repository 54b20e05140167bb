"""What the commands share: the home option, JSON output, how an error becomes a line."""

import json
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

import click

from groundswell import logs
from groundswell.errors import WrongUse
from groundswell.settings import Settings, load, secrets_of
from groundswell.topic import Topic

Command = TypeVar("Command", bound=Callable[..., Any])


def home_option(command: Command) -> Command:
    """Adds ``--home DIR``; the command receives ``settings``."""
    return click.option(
        "--home",
        "settings",
        type=click.Path(path_type=Path, file_okay=False),
        callback=lambda _context, _option, value: _loaded(value),
        help="Folder of database, spool, topics and snapshots (or GROUNDSWELL_HOME).",
    )(command)


def _loaded(home: Path | None) -> Settings:
    settings = load(home)
    logs.begin(settings.log, secrets_of(settings))
    return settings


def json_option(command: Command) -> Command:
    """Adds ``--json``; the command receives ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")(command)


def targets_of(topic: Topic, named: str | None) -> list[str]:
    """All targets of the topic, or the one named, in any case. Raises ``WrongUse`` where there is
    none such."""
    known = [target.name for target in topic.targets]
    chosen = [name for name in known if named is None or name.casefold() == named.casefold()]
    if not chosen:
        listed = f"It has {', '.join(known)}." if known else "It has none: add [[targets]] to it."
        asked = f"no target “{named}”" if named is not None else "no target"
        raise WrongUse(f"{topic.slug} has {asked}. {listed}")
    return chosen


def print_json(value: Any) -> None:
    """Prints ``value`` as JSON; times as ISO 8601 in UTC."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=_plain))


def say(line: str, *, event: str = "said", level: int = logging.INFO, **known: Any) -> None:
    """A plain line for people, on stderr, so that stdout stays data; for machines, where events are
    told as JSON, the same as ``event`` with what is ``known``; see ``groundswell.logs``."""
    if not logs.tell(line.strip(), event=event, level=level, **known):
        click.echo(line, err=True)


def on_terminal() -> bool:
    """Whether progress may be drawn: plain lines otherwise."""
    return sys.stderr.isatty() and logs.handler() is None


@contextmanager
def ends_in_order() -> Iterator[None]:
    """Lets SIGTERM end the block as Ctrl-C would: drafts are removed, helping processes ended."""
    if threading.current_thread() is not threading.main_thread():  # signals are the main thread's
        yield
        return
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _terminate(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)


__all__ = [
    "Settings",
    "ends_in_order",
    "home_option",
    "json_option",
    "on_terminal",
    "print_json",
    "say",
]
