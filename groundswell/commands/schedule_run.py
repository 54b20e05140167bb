"""Runs a scheduled job in this terminal, booked like a run of the server."""

import time

from groundswell.commands.options import say
from groundswell.errors import GroundswellError, HomeIsOwned
from groundswell.run import utc_now
from groundswell.schedule import child
from groundswell.schedule.child import Process
from groundswell.settings import Settings
from groundswell.store import jobs
from groundswell.store.owner import open_briefly

LOOK_S = 0.1


def run_here(settings: Settings, name: str) -> int:
    """Runs the job ``name`` to its end and says its last words; its exit code. Ctrl-C lets it
    finish its batch. Raises ``WrongUse``, and ``HomeIsOwned`` when it runs already."""
    with open_briefly(settings.home, settings) as visit:
        with visit.read() as cursor:
            job = jobs.wanted(cursor, name)
        one = child.start(job, settings)
        try:
            run = visit.write(lambda con: jobs.begin(con, name, one.pid, utc_now()))
        except GroundswellError:
            one.kill()
            one.exit_code()
            raise
    code = _waited(one)
    said = one.last_words()
    try:
        with open_briefly(settings.home, settings) as visit:
            visit.write(lambda con: jobs.end(con, run, code, said, utc_now()))
    except HomeIsOwned:
        say("A server took the home meanwhile; it books the end of this run.")
    say(said)
    return code if code >= 0 else 128 - code


def _waited(one: Process) -> int:
    while (code := one.exit_code()) is None:
        try:
            time.sleep(LOOK_S)
        except KeyboardInterrupt:
            one.ask()
    return code
