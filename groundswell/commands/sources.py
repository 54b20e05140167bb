"""``groundswell sources``: which sources there are and what each needs; asks none of them."""

from typing import Any

import click

from collectors import SOURCES
from groundswell.commands.doctor import missing_keys
from groundswell.commands.options import home_option, json_option, print_json
from groundswell.commands.schedule_sources import NEVER
from groundswell.schedule.stream import SOURCE as STREAM
from groundswell.settings import Settings
from groundswell.source import Capabilities


@click.command()
@home_option
@json_option
def sources(settings: Settings, as_json: bool) -> None:
    """Lists the sources with what each needs, without asking any; `doctor` asks.

    Example: groundswell sources --json
    """
    rows = [record(name, settings) for name in SOURCES if name != "import"]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        state = f"needs {' and '.join(row['lacking'])}" if row["lacking"] else "ready"
        click.echo(f"{row['source']:<14} {state}; {row['history']}")


def record(name: str, settings: Settings) -> dict[str, Any]:
    """``lacking`` are variables that must still be set; ``every_s`` is None where no job can
    collect it; ``options`` are the keys of its table in a topic, ``required`` those it cannot be
    without."""
    can: Capabilities = SOURCES[name].capabilities
    return {
        "source": name,
        "lacking": missing_keys(can.needs, settings),
        "paid": can.paid,
        "live": name == STREAM,
        "past": can.since,
        "history": can.history,
        "terms": can.terms,
        "options": list(can.options),
        "required": list(can.required),
        "every_s": None if name in NEVER else int(can.collect_every.total_seconds()),
        "estimates": hasattr(SOURCES[name], "estimate"),
    }
