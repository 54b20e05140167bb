"""How often each source wants to be asked: learned from a process of its own, once.

Only the sources know, and loading them loads their clients, which a server of pages never does.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from groundswell.store.schedule_records import Record

WORDS = ("schedule", "defaults", "--json")


class Paces:
    """Asks ``groundswell schedule defaults`` when told to start; nothing is known before."""

    def __init__(self, home: Path) -> None:
        self._argv = [sys.executable, "-m", "groundswell.cli", *WORDS, "--home", str(home)]
        self._asked: subprocess.Popen[bytes] | None = None
        self._known: dict[str, Record] = {}
        self._lock = threading.Lock()  # pages ask, each in a thread of its own

    def start(self) -> None:
        """Begins to ask."""
        self._asked = subprocess.Popen(
            self._argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def known(self) -> Mapping[str, Record]:
        """``source, every_s, recheck_every_s, paid`` by source; empty while nothing is known."""
        with self._lock:
            asked = self._asked
            if asked is not None and asked.poll() is not None:
                said, _ = asked.communicate()
                self._asked = None
                rows = json.loads(said) if asked.returncode == 0 else []
                self._known = {row["source"]: row for row in rows}
            return self._known

    def stop(self) -> None:
        """Ends the asking."""
        with self._lock:
            asked, self._asked = self._asked, None
            if asked is not None:
                asked.kill()
                asked.communicate()


def missing(
    paces: Mapping[str, Record], jobs: Sequence[Mapping[str, Any]], topic: str
) -> list[Record]:
    """The paces of sources that ``jobs`` collect for ``topic``, whose terms want stored posts
    looked at again, which no job does."""
    collected = {source for job in _of(jobs, topic, "collect") for source in job["sources"]}
    refreshed = {source for job in _of(jobs, topic, "refresh") for source in job["sources"]}
    if any(not job["sources"] for job in _of(jobs, topic, "refresh")):
        return []
    return [
        pace
        for source, pace in paces.items()
        if pace["recheck_every_s"] and source in collected - refreshed
    ]


def required(paces: Mapping[str, Record], jobs: Sequence[Mapping[str, Any]]) -> list[Record]:
    """``topic, source, every_s`` of each second look that is ``missing`` from ``jobs`` and costs
    no money: whoever collects is held to the terms, and may pause the job, but not forget it."""
    topics = dict.fromkeys(job["topic"] for job in jobs if job["kind"] == "collect")
    return [
        {"topic": topic, "source": pace["source"], "every_s": pace["recheck_every_s"]}
        for topic in topics
        for pace in missing(paces, jobs, topic)
        if not pace["paid"]
    ]


def _of(jobs: Sequence[Mapping[str, Any]], topic: str, kind: str) -> list[Mapping[str, Any]]:
    return [job for job in jobs if job["topic"] == topic and job["kind"] == kind]
