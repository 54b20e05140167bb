"""Shows what an import would do before it is done: format, columns, zone, and what is doubtful."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from collectors.file_import.cells import lost_digits
from collectors.file_import.doubts import doubts, shown, values_of
from collectors.file_import.formats import Shape, rows_of
from collectors.file_import.layouts import KINDS
from collectors.file_import.making import SLUG
from collectors.file_import.markup import with_markup
from collectors.file_import.moments import NeedsZone, NotATime, day_first_in, is_missing, moment
from collectors.file_import.recipe import Format, Recipe, recipe_for, with_origin
from collectors.file_import.refusals import names_of, refuse_no_table, shape_or_refusal
from collectors.file_import.rows import Row
from groundswell.errors import ImportFileError

LOOK_ROWS = 500
SAMPLES = 3

How = Literal["declared", "layout", "guessed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: the field of a post it becomes (None: left out), how that is known, and up to
    three of its values, cleaned and cut to 60 characters."""

    name: str
    field: str | None
    how: How | None
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What importing one file would do, from its first rows. ``warnings`` are sentences."""

    shape: Shape
    recipe: Recipe
    columns: tuple[Column, ...]
    warnings: tuple[str, ...]

    @property
    def path(self) -> Path:
        """The file."""
        return self.shape.path

    @property
    def format(self) -> Format:
        """CSV, JSON Lines, JSON or Parquet."""
        return self.shape.format

    @property
    def compression(self) -> str | None:
        """gzip or zstd, None for a file that is not packed."""
        return self.shape.opening.compression if self.shape.opening else None

    @property
    def encoding(self) -> str | None:
        """Of the text, None for Parquet."""
        return self.shape.opening.encoding if self.shape.opening else None

    @property
    def delimiter(self) -> str | None:
        """What parts the columns of CSV, None for other formats."""
        return self.shape.delimiter

    @property
    def layout(self) -> str | None:
        """Name of the known export, such as "4CAT", None if it is none."""
        return self.recipe.layout

    @property
    def zone(self) -> str | None:
        """IANA zone for times without offset, None if none is needed or known."""
        return self.recipe.zone

    @property
    def origin(self) -> str:
        """Source of the rows that name none."""
        return self.recipe.origin

    @property
    def mapping(self) -> dict[str, str]:
        """Column to field, complete: given back as ``mapping`` it makes the same import again."""
        mapped = {column.name: column.field or "-" for column in self.columns}
        order = {True: ":day-first", False: ":month-first", None: ""}[self.recipe.day_first]
        manners = {name: f":{kind}" for name, kind in self.recipe.markup.items()}
        manners["created_at"] = order
        return {column: name + manners.get(name, "") for column, name in mapped.items()}

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Columns that become nothing."""
        return tuple(column.name for column in self.columns if column.field is None)


def plan(
    path: Path,
    mapping: Mapping[str, str] | None = None,
    zone: str | None = None,
    *,
    origin: str | None = None,
) -> ImportPlan:
    """What importing ``path`` would do. ``mapping`` is column to field (``-`` leaves one out,
    ``created_at:day-first`` settles 03/04/2025, ``text:as-is`` keeps what looks like HTML),
    ``zone`` an IANA name for times without offset, ``origin`` the source of rows that name none.

    Raises ``ImportFileError`` for all that cannot be read with certainty; reads 500 rows.
    """
    if origin is not None and not SLUG.fullmatch(origin):
        raise ImportFileError(
            f"{origin!r} is no name of a source. Use up to 32 of a-z, 0-9 and hyphens."
        )
    shape = shape_or_refusal(path)
    rows = list(islice(rows_of(shape), LOOK_ROWS))
    names = names_of(shape, rows)
    if not mapping:
        refuse_no_table(shape, names)
    recipe = recipe_for(names, format=shape.format, mapping=mapping, zone=zone)
    recipe = with_origin(recipe, origin, values_of(rows, recipe, "uri"))
    recipe = with_markup(_with_day_order(path, recipe, rows), rows)
    _refuse_lost_digits(path, recipe, rows)
    _need_zone(path, recipe, rows)
    columns = tuple(_column(name, recipe, rows) for name in names)
    return ImportPlan(
        shape=shape, recipe=recipe, columns=columns, warnings=tuple(doubts(shape, recipe, rows))
    )


def _column(name: str, recipe: Recipe, rows: list[Row]) -> Column:
    field = next((f for f, column in recipe.columns.items() if column == name), None)
    how: How | None = None
    if name in recipe.declared:
        how = "declared"
    elif field is not None:
        how = "layout" if recipe.layout else "guessed"
    values = (row.cells.get(name) for row in rows)
    texts = (shown(value) for value in values if not is_missing(value) and value != [])
    samples = tuple(islice(dict.fromkeys(text for text in texts if text), SAMPLES))
    return Column(name=name, field=field, how=how, samples=samples)


def _times(recipe: Recipe, rows: list[Row]) -> Iterator[tuple[str, list[Any]]]:
    """Each column of times with its values."""
    for field, column in recipe.columns.items():
        if KINDS[field] == "time":
            yield column, values_of(rows, recipe, field)


def _with_day_order(path: Path, recipe: Recipe, rows: list[Row]) -> Recipe:
    if recipe.day_first is not None:
        return recipe
    for column, values in _times(recipe, rows):
        try:
            order = day_first_in(values)
        except NotATime as error:
            raise ImportFileError(
                f"{path.name}, column {column!r}: {error}. Say which, with --map "
                f"'{column}=created_at:day-first' or '{column}=created_at:month-first'."
            ) from error
        if order is not None:
            return replace(recipe, day_first=order)
    return recipe


def _need_zone(path: Path, recipe: Recipe, rows: list[Row]) -> None:
    reckoning = recipe.reckoning()
    for column, values in _times(recipe, rows):
        for value in values:
            try:
                moment(value, reckoning)
            except NeedsZone as error:
                raise ImportFileError(
                    f"{path.name}, column {column!r}: {error}. Say in which zone they were "
                    "written, for example --zone Europe/Berlin or --zone UTC."
                ) from error
            except NotATime:  # one bad row: it will be quarantined with its line
                continue


def _refuse_lost_digits(path: Path, recipe: Recipe, rows: list[Row]) -> None:
    for field in (name for name, kind in KINDS.items() if kind == "id"):
        values = values_of(rows, recipe, field)
        lost = next((str(v) for v in values if lost_digits(str(v))), None) or _rounded(values)
        if lost is not None:
            raise ImportFileError(
                f"{path.name}, column {recipe.columns[field]!r}: {lost} is an id whose last digits "
                "were lost when a spreadsheet took it for a number. They cannot be recovered: "
                "export again and do not save the file from a spreadsheet."
            )


def _rounded(values: list[Any]) -> str | None:
    """A spreadsheet keeps 15 digits and writes zeros for the rest, in every row."""
    long = [text for v in values if (text := str(v)).isdecimal() and len(text) > 16]
    return long[0] if len(long) >= 3 and all(t.endswith("000") for t in long) else None
