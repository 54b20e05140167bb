"""A spool at which a run dies: before a batch is written, or right after; dead it stays."""

from pathlib import Path

from groundswell.spool import Batch, Spool


class Killed(BaseException):
    """Stands for SIGKILL at the moment a batch is written."""


class KilledAt(Spool):
    """Dies at batch ``number``. What the run still tries on its way out reaches no disk: a process
    that was killed has no way out."""

    def __init__(self, home: Path, number: int, *, after: bool) -> None:
        super().__init__(home)
        self._left, self._after = number, after

    def write(self, batch: Batch) -> Path:
        self._left -= 1
        if self._left < 0 or (self._left == 0 and not self._after):
            raise Killed
        path = super().write(batch)
        if self._left == 0:
            raise Killed
        return path
