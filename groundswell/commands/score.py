"""``groundswell score``: scores a file of texts without any database."""

from dataclasses import asdict
from pathlib import Path

import click
from pydantic import ValidationError

from groundswell.commands.options import (
    ends_in_order,
    json_option,
    on_terminal,
    print_json,
    say,
)
from groundswell.commands.reading import hub_of, workers
from groundswell.errors import WrongUse
from groundswell.scoring.files import Wish, score_file
from groundswell.scoring.lite import available
from groundswell.settings import load
from groundswell.topic import LINE_CAP_CHARS, Target


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--text", "text_column", help="Column of the text; guessed when there is one.")
@click.option("--target", help="Whom or what the stance is about.")
@click.option("--alias", "aliases", multiple=True, help="Another name of it (may be repeated).")
@click.option("--target-column", help="Column that names the target of each row.")
@click.option("--abstain", is_flag=True, help="Give no answer where the model is unsure.")
@json_option
def score(
    file: Path,
    out: Path,
    text_column: str | None,
    target: str | None,
    aliases: tuple[str, ...],
    target_column: str | None,
    abstain: bool,
    as_json: bool,
) -> None:
    """Adds lang, compound, sentiment, stance, stance_confidence, irony to a file of texts.

    Every English text gets the likeliest answer, and the stance its confidence; with --abstain the
    unsure ones are not_scored, as they are on the pages. A short text in no certain language is
    read as English when its letters are ASCII; what is in another language is not_scored.

    Example: groundswell score comments.csv --out scored.csv --text comment --target OpenAI
    """
    settings = load()
    wish = Wish(
        text=text_column,
        target=_target(target, aliases, target_column),
        target_column=target_column,
        abstain=abstain,
        hub=hub_of(settings),
        workers=workers(settings),
    )
    draws = on_terminal() and not as_json
    with ends_in_order():
        result = score_file(file, out, wish, on_rows=_draw if draws else None)
    if as_json:
        print_json(asdict(result))
    stances = f", {result.stances:,} with a stance" if target or target_column else ""
    say(
        f"{result.rows:,} rows, {result.scored:,} scored, {result.not_scored:,} not scored"
        f"{stances}: {out}"
    )
    if reason := available().reason:
        say(f"Only the small linear model served: {reason}.")


def _target(name: str | None, aliases: tuple[str, ...], column: str | None) -> Target | None:
    """Raises ``WrongUse`` for a call that names targets in two ways, or an alias of nobody."""
    if name is not None and column is not None:
        raise WrongUse("Give either --target or --target-column: the stance is about one target.")
    if aliases and name is None:
        raise WrongUse("--alias is another name of --target. Say that too.")
    if name is None:
        return None
    try:
        return Target(name=name, aliases=aliases)
    except ValidationError as error:
        raise WrongUse(
            f"--target and --alias are names of 1 to {LINE_CAP_CHARS} characters; one is not."
        ) from error


def _draw(rows: int) -> None:
    click.echo(f"\r{rows:,} rows scored ", err=True, nl=False)
