"""A JSON object a line for each event, for machines that gather logs; off unless asked for.

What others than we log may quote posts or hold a secret: of their records only what they are
certain not to hold is told (who, where in the code, the sentence without its values).
"""

import json
import logging
import sys
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import PurePath
from traceback import extract_tb
from types import TracebackType
from typing import Any, Literal, TextIO

Form = Literal["text", "json"]

OURS = ("groundswell", "collectors", "dashboard")
FIELDS = (
    *("topic", "source", "run", "job", "reason", "state", "pid", "code", "seconds", "posts"),
    *("version", "url"),
)
MESSAGE_CAP_CHARS = 1_000
FRAMES = 3
LEAST_SECRET_CHARS = 6  # shorter ones would black out ordinary words
BLACKED_OUT = "[secret]"
_log = logging.getLogger(__name__)


class JsonLines(logging.Formatter):
    """``time`` (UTC), ``level``, ``event``, ``message``, and of ``FIELDS`` what is known. None of
    ``secrets`` passes, whoever logged it."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        kept = (secret for secret in secrets if len(secret) >= LEAST_SECRET_CHARS)
        self._secrets = [json.dumps(secret)[1:-1] for secret in kept]

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        at = datetime.fromtimestamp(record.created, UTC)
        said: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
        }
        ours = record.name.split(".")[0] in OURS
        said |= _own(record) if ours else _of_others(record)
        if record.exc_info and record.exc_info[0] is not None:
            said |= _failure(record.exc_info[0], record.exc_info[2])
        line = json.dumps(said, default=str)
        for secret in self._secrets:
            line = line.replace(secret, BLACKED_OUT)
        return line


class _ToStderr(logging.StreamHandler[TextIO]):
    """Writes to what is stderr at the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Writes one record."""
        self.stream = sys.stderr
        super().emit(record)


_handler: logging.Handler | None = None
_hooks_before = (sys.excepthook, threading.excepthook)


def begin(form: Form, secrets: Iterable[str] = ()) -> None:
    """From now on events are told as JSON on stderr, warnings and crashes too; or, with ``text``,
    are not: then only warnings are seen, as Python shows them."""
    _end()
    if form == "json":
        _begin(secrets)


def _begin(secrets: Iterable[str]) -> None:
    global _handler, _hooks_before  # one a process, as the root of all loggers
    _handler = _ToStderr()
    _handler.setFormatter(JsonLines(secrets))
    logging.getLogger().addHandler(_handler)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(True)
    _hooks_before = sys.excepthook, threading.excepthook
    sys.excepthook, threading.excepthook = _crashed, _thread_crashed


def _end() -> None:
    """Leaves all as it was before; nothing where events are not told."""
    global _handler
    if _handler is None:
        return
    logging.getLogger().removeHandler(_handler)
    _handler = None
    for name in OURS:
        logging.getLogger(name).setLevel(logging.NOTSET)
    logging.captureWarnings(False)
    sys.excepthook, threading.excepthook = _hooks_before


def handler() -> logging.Handler | None:
    """What writes the lines; None when events are not told as JSON."""
    return _handler


def tell(message: str, *, event: str, level: int = logging.INFO, **known: Any) -> bool:
    """Tells ``event`` with what is ``known`` of ``FIELDS``; False, and nothing told, where events
    are not told as JSON."""
    if _handler is None:
        return False
    _log.log(level, "%s", message, extra={"event": event} | known)
    return True


def plain(line: str) -> str:
    """What a line says to people: the message of a JSON line, any other as it is."""
    if line.startswith("{"):
        try:
            said = json.loads(line)
        except ValueError:
            return line
        if isinstance(said, dict) and isinstance(said.get("message"), str):
            return str(said["message"])
    return line


def _own(record: logging.LogRecord) -> dict[str, Any]:
    known = {name: getattr(record, name, None) for name in FIELDS}
    return {
        "event": getattr(record, "event", "noted"),
        **{name: value for name, value in known.items() if value is not None},
        "message": record.getMessage()[:MESSAGE_CAP_CHARS],
    }


def _of_others(record: logging.LogRecord) -> dict[str, Any]:
    """The sentence only where its values stand apart from it."""
    where = f"{record.name} ({PurePath(record.pathname).name}:{record.lineno})"
    sentence = str(record.msg)[:MESSAGE_CAP_CHARS] if record.args else "Said"
    return {"event": "library", "message": f"{sentence} by {where}"}


def _failure(kind: type[BaseException], trace: TracebackType | None) -> dict[str, Any]:
    """What was raised and where; not what it says, which may quote anything."""
    frames = extract_tb(trace)[-FRAMES:] if trace else []
    places = [f"{PurePath(one.filename).name}:{one.lineno} {one.name}" for one in frames]
    return {"error": kind.__name__, "where": places}


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    info = (kind, error, trace)
    _log.critical("Groundswell crashed.", exc_info=info, extra={"event": "crashed"})


def _thread_crashed(args: threading.ExceptHookArgs) -> None:
    if args.exc_type is not SystemExit:
        error = args.exc_value or args.exc_type()
        _crashed(args.exc_type, error, args.exc_traceback)
