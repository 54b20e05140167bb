"""What is doubtful about an import though it can be done: said before, in sentences."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from collectors.file_import.formats import Shape
from collectors.file_import.layouts import ADDRESSES
from collectors.file_import.markup import share_of_html
from collectors.file_import.moments import is_missing
from collectors.file_import.recipe import Recipe, layout_named
from collectors.file_import.rows import Row
from groundswell.text import clean_text

SAMPLE_CHARS = 60
ROW_NUMBER_DIGITS = 6  # shorter ids than this are counted by somebody, not given by a site


def values_of(rows: Iterable[Row], recipe: Recipe, field: str) -> list[Any]:
    """The values of ``field`` in ``rows``, without the empty ones."""
    found = (recipe.cell(row.cells, field) for row in rows)
    return [value for value in found if not is_missing(value)]


def shown(value: Any) -> str:
    """A value on one line, cleaned and cut to 60 characters."""
    text = " ".join(clean_text(str(value)[:1_000])[0].split())
    return text if len(text) <= SAMPLE_CHARS else text[: SAMPLE_CHARS - 1] + "…"


def doubts(shape: Shape, recipe: Recipe, rows: Sequence[Row]) -> Iterator[str]:
    """A sentence for each thing a person should look at."""
    if shape.opening and shape.opening.guess:
        yield (
            f"The encoding {shape.opening.encoding} is a guess. If this reads wrong, save the file "
            f"as UTF-8: {shown(shape.opening.guess)}"
        )
    faults = [row for row in rows if row.fault]
    if faults:
        first = f"{faults[0].place}, {faults[0].fault}"
        yield f"{len(faults)} of the first {len(rows)} rows cannot be read, such as {first}."
    yield from _time_warnings(recipe, rows)
    yield from _identity_warnings(recipe, rows)
    yield from _markup_warnings(recipe, rows)
    layout = layout_named(recipe.layout)
    if layout and layout.advice and recipe.origin == "import":
        yield layout.advice


def _identity_warnings(recipe: Recipe, rows: Sequence[Row]) -> Iterator[str]:
    uris = [str(v) for v in values_of(rows, recipe, "uri")]
    if uris and recipe.layout is None and recipe.columns["uri"].casefold() in ADDRESSES:
        yield "Addresses serve as ids: two posts with the same address would be one post."
    if not uris:
        yield "No column holds an id: posts are told apart by source, author, time and text."
    elif all(uri.isdecimal() and len(uri) <= ROW_NUMBER_DIGITS for uri in uris):
        yield (
            f"Ids such as {uris[0]} look like row numbers: the same number in another file would "
            "be taken for the same post. Give each file its own --origin, or leave the column out."
        )


def _markup_warnings(recipe: Recipe, rows: Sequence[Row]) -> Iterator[str]:
    for field, kind in recipe.markup.items():
        if kind == "html":
            column, share = recipe.columns[field], share_of_html(values_of(rows, recipe, field))
            yield (
                f"{column} is HTML ({share:.0%} of its cells have tags) and becomes plain text. "
                f"To keep it as it stands: --map '{column}={field}:as-is'."
            )


def _time_warnings(recipe: Recipe, rows: Sequence[Row]) -> Iterator[str]:
    times = [str(v).strip() for v in values_of(rows, recipe, "created_at")]
    if not times:
        yield "No column holds the time of the posts: charts will count them at the time of import."
    elif all(len(t) <= 10 and not t.isdecimal() for t in times):
        yield "The times are days only: within a day, charts will show all posts at midnight."
