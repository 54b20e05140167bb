"""``groundswell token``: tokens for people's scripts that ask a served home."""

import click

from groundswell import api_tokens
from groundswell.commands.options import home_option, json_option, print_json, say
from groundswell.settings import Settings


@click.group()
def token() -> None:
    """Tokens for scripts that ask /api/v1 of a server; docs/api.md says what can be asked.

    Example: groundswell token add newsroom
    """


@token.command()
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(api_tokens.ROLES),
    default="viewer",
    show_default=True,
    help="What it may do.",
)
@home_option
def add(name: str, role: str, settings: Settings) -> None:
    """Makes a token and prints it, this once.

    Example: groundswell token add newsroom --role viewer
    """
    made = api_tokens.add(settings.home, name, role)
    say("Keep it like a password; it is not shown again. It is sent as")
    say("Authorization: Bearer <the token>")
    click.echo(made)


@token.command(name="list")
@home_option
@json_option
def list_(settings: Settings, as_json: bool) -> None:
    """Lists names, roles and when each was made (UTC); never a token.

    Example: groundswell token list
    """
    rows = [
        {"name": one.name, "role": one.role, "made_at": one.made_at}
        for one in api_tokens.known(settings.home)
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['name']:<40} {row['role']:<8} {row['made_at']}")
    if not rows:
        say("There is no token. Make one with: groundswell token add NAME")


@token.command()
@click.argument("name")
@home_option
def remove(name: str, settings: Settings) -> None:
    """Takes a token away; a running server knows it at the next request.

    Example: groundswell token remove newsroom
    """
    api_tokens.remove(settings.home, name)
    click.echo(f"The token {name} opens nothing any more.")
