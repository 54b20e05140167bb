"""``groundswell score``: scores a file of texts without any database."""

from pathlib import Path

import click

from groundswell.commands.options import json_option, print_json, say
from groundswell.scoring.files import score_file


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--text", "text_column", help="Column of the text; guessed when there is one.")
@json_option
def score(file: Path, out: Path, text_column: str | None, as_json: bool) -> None:
    """Adds lang, compound, sentiment, stance, stance_confidence, irony to a file of texts.

    Stance and irony stay empty until a stance model is installed.

    Example: groundswell score comments.csv --out scored.csv --text comment
    """
    result = score_file(file, out, text_column=text_column)
    if as_json:
        print_json({"rows": result.rows, "scored": result.scored, "not_scored": result.not_scored})
    say(f"{result.rows:,} rows, {result.scored:,} scored, {result.not_scored:,} not scored: {out}")
