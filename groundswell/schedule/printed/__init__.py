"""The schedule as ready text for other schedulers, one room for each."""

from collections.abc import Callable, Sequence

from groundswell.errors import WrongUse
from groundswell.schedule.printed import cron, github, launchd, systemd, windows
from groundswell.schedule.printed.place import Place, program
from groundswell.store.jobs import Job

__all__ = ["SYSTEMS", "Place", "files", "program"]

# File name and text of each file that the jobs need.
SYSTEMS: dict[str, Callable[[Sequence[Job], Place], dict[str, str]]] = {
    "cron": cron.files,
    "github": github.files,
    "launchd": launchd.files,
    "systemd": systemd.files,
    "windows": windows.files,
}


def files(system: str, jobs: Sequence[Job], place: Place) -> dict[str, str]:
    """File name and text for one of ``SYSTEMS``. Raises ``WrongUse`` when a job cannot be said in
    its language, or a path in no text at all."""
    for text in (place.program, place.home):
        if not text.isprintable():
            raise WrongUse(f"{text!r} cannot be printed for {system}: it has a control character.")
    return SYSTEMS[system](jobs, place)
