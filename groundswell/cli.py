"""The command line: ``groundswell``, one command a question; every error is one clear line."""

import importlib
import logging
import os
import signal
import sys
from importlib.metadata import version
from typing import Any

import click

from groundswell import logs
from groundswell.errors import GroundswellError

# Commands are imported only when they are called: `groundswell --help` must not load a model.
COMMANDS = {
    "audit": "groundswell.commands.audit:audit",
    "collect": "groundswell.commands.collect:collect",
    "demo": "groundswell.commands.serve:demo",
    "doctor": "groundswell.commands.doctor:doctor",
    "estimate": "groundswell.commands.estimate:estimate",
    "export": "groundswell.commands.export:export",
    "import": "groundswell.commands.import_files:import_files",
    "label": "groundswell.commands.label:label",
    "narratives": "groundswell.commands.narratives:narratives",
    "purge": "groundswell.commands.purge:purge",
    "refresh": "groundswell.commands.refresh:refresh",
    "requeue": "groundswell.commands.requeue:requeue",
    "rescore": "groundswell.commands.rescore:rescore",
    "schedule": "groundswell.commands.schedule:schedule",
    "score": "groundswell.commands.score:score",
    "serve": "groundswell.commands.serve:serve",
    "sources": "groundswell.commands.sources:sources",
    "status": "groundswell.commands.status:status",
    "stream": "groundswell.commands.stream:stream",
    "token": "groundswell.commands.token:token",
    "topics": "groundswell.commands.topics:topics",
}
LOG = "GROUNDSWELL_LOG"
INTERRUPTED = 128 + signal.SIGINT


class Commands(click.Group):
    """The commands by name, each loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click asks so
        return sorted(COMMANDS)

    def get_command(  # click asks so
        self,
        ctx: click.Context,  # noqa: ARG002
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        logs.begin("json" if os.environ.get(LOG) == "json" else "text")  # until settings are read
        try:
            return super().invoke(ctx)
        except GroundswellError as error:
            _say_last(str(error), event="failed", level=logging.ERROR, reason=error.reason)
            sys.exit(error.exit_code)
        except KeyboardInterrupt:
            _say_last("stopped; what was stored before is kept.", event="stopped")
            sys.exit(INTERRUPTED)


def _say_last(line: str, **known: Any) -> None:
    if not logs.tell(line, **known):
        click.echo(f"groundswell: {line}", err=True)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("groundswell"), prog_name="groundswell")
def main() -> None:
    """What the public says about a story, measured so that it can be printed.

    Start with `groundswell demo`, then `groundswell collect openai-deepseek` and
    `groundswell serve`.
    """


if __name__ == "__main__":
    main()
