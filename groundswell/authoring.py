"""Makes topic files in a home and edits their events: checked first, written whole or not."""

import errno
import os
import re
import stat
import unicodedata
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from groundswell.errors import HomeError, HomeIsOwned, TopicError
from groundswell.locks import job_lock
from groundswell.topic import SLUG_RULE, Event, Story, Topic, is_slug, known_keys, load, topics
from groundswell.topic_file import FILE_CAP_BYTES, faults
from groundswell.topic_text import (
    is_only_changed_in_events,
    new_text,
    with_changed_event,
    with_event,
    without_event,
)

SLUG_CAP_CHARS = 64
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)  # of a file system
_SOURCE = re.compile(r"[a-z][a-z0-9_-]{0,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a draft: ``where`` is the way to the value (``("events", 0, "at")``), and
    ``sentence`` goes on from its name."""

    where: tuple[int | str, ...]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A draft that was looked through: a ``story``, or the ``faults`` that keep it from one."""

    story: Story | None
    faults: tuple[Fault, ...] = ()

    def of(self, name: str) -> list[str]:
        """The sentences about the field ``name``, and about all in it."""
        return [fault.sentence for fault in self.faults if fault.where[:1] == (name,)]


def check(draft: Mapping[str, Any]) -> Checked:
    """Looks through a draft: the keys and values of a topic file, the query as text."""
    strange = [name for name in draft.get("sources", {}) if not _SOURCE.fullmatch(str(name))]
    try:
        story = Story.model_validate(draft)
    except ValidationError as error:
        found = [Fault(where=w, sentence=s) for w, s in faults(error, known_keys())]
        return Checked(story=None, faults=tuple(found))
    if strange:
        fault = Fault(where=("sources",), sentence="hold a name that no source can have.")
        return Checked(story=None, faults=(fault,))
    return Checked(story=story)


def check_event(said: Mapping[str, Any]) -> tuple[Event | None, tuple[Fault, ...]]:
    """The event of ``at``, ``title`` and ``url``, or what keeps them from being one."""
    try:
        return Event.model_validate(said), ()
    except ValidationError as error:
        found = [Fault(where=w, sentence=s) for w, s in faults(error, known_keys())]
        return None, tuple(found)


def slug_for(title: str, taken: Collection[str]) -> str:
    """A name for a topic with this title that is not ``taken``."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: SLUG_CAP_CHARS - 8].strip("-")
    if not is_slug(name):
        name = f"topic-{name}".strip("-")
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


def create(home: Path, slug: str, draft: Mapping[str, Any]) -> Topic:
    """Writes ``draft`` as the topic ``slug`` of ``home``. Raises ``TopicError`` for a draft that is
    none, for a name that is none or that a topic has already, and ``HomeError``."""
    if not is_slug(slug):
        raise TopicError(f"A topic's name is {SLUG_RULE}.")
    checked = check(draft)
    if checked.story is None:
        fault = checked.faults[0]
        raise TopicError(f"{' '.join(str(key) for key in fault.where)} {fault.sentence}")
    text = new_text(checked.story, str(draft["query"]))
    with _editing(home):
        if slug in topics(home):
            raise _taken(slug)
        path = _write_new(home, slug, _body(text))
    return load(path)


def add_event(home: Path, slug: str, event: Event) -> Topic:
    """Adds ``event`` to the topic ``slug``; one that ships with the program is copied into ``home``
    first. Raises ``TopicError``, ``HomeError``; so do those below."""
    return _edit(home, slug, lambda text: with_event(text, event), lambda known: [*known, event])


def change_event(home: Path, slug: str, old: Event, new: Event) -> Topic:
    """Puts ``new`` in the place of ``old``, which must still be in the file."""

    def changed(known: list[Event]) -> list[Event]:
        place = known.index(old)
        return [*known[:place], new, *known[place + 1 :]]

    return _edit(home, slug, lambda text: with_changed_event(text, old, new), changed)


def remove_event(home: Path, slug: str, event: Event) -> Topic:
    """Takes ``event`` out, which must still be in the file."""

    def left(known: list[Event]) -> list[Event]:
        place = known.index(event)
        return known[:place] + known[place + 1 :]

    return _edit(home, slug, lambda text: without_event(text, event), left)


def _edit(
    home: Path,
    slug: str,
    change: Callable[[str], str],
    expected: Callable[[list[Event]], list[Event]],
) -> Topic:
    with _editing(home):
        known = topics(home)
        if slug not in known:
            raise TopicError("There is no such topic any more.")
        before = load(known[slug])  # its errors name the line
        mark, ends, text = _read(known[slug])
        after = change(text)
        if not is_only_changed_in_events(text, after, expected(list(before.events))):
            raise TopicError(
                f"{known[slug]} cannot be changed here without touching more than the event. "
                "Change it in an editor."
            )
        path = _put(home, slug, known[slug], _body(mark + after.replace("\n", ends)))
    return load(path)


def _read(path: Path) -> tuple[str, str, str]:
    """The mark at the beginning of the file, if any, how its lines end, and its text with \\n."""
    raw = path.read_bytes().decode("utf-8")
    mark = _BOM if raw.startswith(_BOM) else ""
    ends = "\r\n" if "\r\n" in raw else "\n"
    return mark, ends, raw.removeprefix(_BOM).replace("\r\n", "\n")


def _put(home: Path, slug: str, path: Path, body: bytes) -> Path:
    """Replaces a topic of the home; one that ships is written into the home."""
    if path.parent != home / "topics":
        return _write_new(home, slug, body)
    own = path.resolve()  # a link stays a link
    with _written(own.parent, body, stat.S_IMODE(own.stat().st_mode)) as draft:
        draft.replace(own)
    return path


def _write_new(home: Path, slug: str, body: bytes) -> Path:
    """A link is refused where a file of that name is, whoever made it since we looked."""
    path = home / "topics" / f"{slug}.toml"
    with _written(path.parent, body, None) as draft:
        try:
            _claim(draft, path)
        except FileExistsError:
            raise _taken(slug) from None
    return path


def _claim(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        path.open("xb").close()
        draft.replace(path)


@contextmanager
def _written(folder: Path, body: bytes, mode: int | None) -> Iterator[Path]:
    """A hidden file of ``folder`` with ``body``, on the disk; gone afterwards unless renamed."""
    draft = folder / f".{uuid.uuid4().hex}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with draft.open("xb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            draft.chmod(mode)
        yield draft
        _settle(folder)
    except OSError as error:
        raise HomeError(
            f"{folder} cannot be written ({error.strerror}). Check its owner, its rights and the "
            "space on the disk."
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """A rename is only safe once its folder is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _editing(home: Path) -> Iterator[None]:
    """One edit at a time: none is lost to another."""
    try:
        with job_lock(home, "topics"):
            yield
    except HomeIsOwned:
        raise TopicError("Topics are being changed by somebody else. Try again.") from None


def _body(text: str) -> bytes:
    body = text.encode()
    if len(body) > FILE_CAP_BYTES:
        raise TopicError(f"The topic would be larger than {FILE_CAP_BYTES // 1024} KB.")
    return body


def _taken(slug: str) -> TopicError:
    return TopicError(f"There is a topic {slug} already. Choose another name.")
