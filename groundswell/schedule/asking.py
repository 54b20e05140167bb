"""A command of Groundswell asked for its JSON in a process of its own: a server asks no site."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from groundswell.errors import GroundswellError
from groundswell.schedule.child import without_login

LONGEST_S = 60.0


class Asking:
    """One question. It is ended after ``limit_s`` seconds, once somebody looks at it again."""

    def __init__(self, home: Path, words: Sequence[str], *, limit_s: float = LONGEST_S) -> None:
        self._end_s = time.monotonic() + limit_s
        # Not a pipe, which would fill while nobody reads.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # open as long as the question
        self._child = subprocess.Popen(
            [sys.executable, "-m", "groundswell.cli", *words, "--json", "--home", str(home)],
            env=without_login(),
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._answer: list[dict[str, Any]] | None = None

    def is_over(self) -> bool:
        """Whether the answer is there, or none will come."""
        if self._child.poll() is None and time.monotonic() > self._end_s:
            self.stop()
        return self._child.poll() is not None

    def wait(self, patience_s: float) -> bool:
        """``is_over``, after at most ``patience_s``."""
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(patience_s)
        return self.is_over()

    def answer(self) -> list[dict[str, Any]]:
        """The records it printed. Raises ``GroundswellError`` where it printed none."""
        if self._answer is None:
            self._answer = self._read()
        return self._answer

    def stop(self) -> None:
        """Ends it."""
        self._child.kill()
        self._child.wait()

    def _read(self) -> list[dict[str, Any]]:
        self._said.seek(0)
        try:
            found = json.loads(self._said.read())
        except ValueError:
            found = None
        if not isinstance(found, list):
            raise GroundswellError("The answer did not come. Try again in a moment.")
        return found
