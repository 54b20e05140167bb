"""Which column becomes what: a known layout, else names, and above both what the caller says."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from collectors.file_import.layouts import KINDS, LAYOUTS, SYNONYMS, Fields, Layout
from collectors.file_import.moments import Reckoning, zone_of
from groundswell.errors import ImportFileError

Format: TypeAlias = Literal["CSV", "JSON Lines", "JSON", "Parquet"]
IGNORE = ("", "-")  # --map column=- leaves a column out
DAY_ORDERS = {"day-first": True, "month-first": False}
MARKUPS = ("html", "as-is")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that is needed to turn rows into posts. ``columns`` maps field to column name.

    ``zone`` is an IANA name, None refuses times without offset; ``day_first`` None refuses
    03/04/2025; ``origin`` is the source of rows that name none; ``layout`` the name of a known
    export; ``declared`` the columns that the caller mapped. ``markup`` says of fields of text that
    they are "html", to be made plain, or to be kept "as-is".
    """

    columns: dict[str, str]
    format: Format = "CSV"
    layout: str | None = None
    zone: str | None = None
    day_first: bool | None = None
    origin: str = "import"
    declared: tuple[str, ...] = ()
    markup: dict[str, str] = field(default_factory=dict)

    def cell(self, cells: Mapping[str, Any], field: str) -> Any:
        """The value of ``field`` in one row, None if no column gives it."""
        column = self.columns.get(field)
        return None if column is None else cells.get(column)

    def reckoning(self) -> Reckoning:
        """How the times of the file are read; raises ``ImportFileError`` for an unknown zone."""
        zone = None if self.zone is None else zone_of(self.zone)
        return Reckoning(zone=zone, day_first=self.day_first)


def layout_named(name: str | None) -> Layout | None:
    """The known export of that name, None if there is none."""
    return next((layout for layout in LAYOUTS if layout.name == name), None)


def recipe_for(
    names: Iterable[str],
    *,
    format: Format,  # noqa: A002  # the word of the field
    mapping: Mapping[str, str] | None = None,
    zone: str | None = None,
) -> Recipe:
    """The recipe for a file with columns ``names``. ``mapping`` is column to field, with
    ``created_at:day-first`` or ``:month-first`` for dates such as 03/04/2025, and ``text:html``
    or ``text:as-is``.

    Raises ``ImportFileError`` for columns and fields that do not exist, or no text at all.
    """
    columns = list(names)
    declared, day_first, markup = _declared(columns, mapping or {})
    layout = next((known for known in LAYOUTS if known.needs <= set(columns)), None)
    free = [column for column in columns if column not in dict(declared)]
    fitted = _by_layout(free, layout) if layout else _by_name(free)
    fitted |= {field: column for column, field in declared if field}
    recipe = Recipe(
        columns={field: fitted[field] for field in KINDS if field in fitted},
        format=format,
        layout=layout.name if layout else None,
        zone=zone or ("UTC" if layout and layout.utc else None),
        day_first=day_first,
        declared=tuple(column for column, _ in declared),
        markup=markup,
    )
    _need_text(recipe, columns)
    recipe.reckoning()
    return recipe if format in ("CSV", "Parquet") else _with_rare_names(recipe, layout)


def with_origin(recipe: Recipe, origin: str | None, uris: Iterable[Any]) -> Recipe:
    """``origin`` as the caller says, else "bluesky" where ids are those our own collector keeps,
    so that a post is one row whatever way it came; else "import"."""
    layout = layout_named(recipe.layout)
    known = [str(uri) for uri in uris if uri]
    at_protocol = bool(known) and all(uri.startswith("at://did:") for uri in known)
    own = "bluesky" if at_protocol and not recipe.columns.get("source") else None
    return replace(recipe, origin=origin or (layout.source if layout else None) or own or "import")


def _declared(
    columns: list[str], mapping: Mapping[str, str]
) -> tuple[list[tuple[str, str]], bool | None, dict[str, str]]:
    """Column and field of each pair, the order of day and month, the markup of fields."""
    pairs: list[tuple[str, str]] = []
    manners: dict[str, str] = {}
    for column, wanted in mapping.items():
        name, _, manner = wanted.partition(":")
        _check(column, name, manner, columns)
        manners |= {name: manner} if manner else {}
        pairs.append((column, "" if name in IGNORE else name))
    names = [name for _, name in pairs if name]
    if twice := next((f for f in names if names.count(f) > 1), None):
        raise ImportFileError(f"Two columns are mapped to {twice}. Keep one of them.")
    orders = [DAY_ORDERS[manner] for manner in manners.values() if manner in DAY_ORDERS]
    markup = {name: manner for name, manner in manners.items() if manner in MARKUPS}
    return pairs, orders[-1] if orders else None, markup


def _check(column: str, name: str, manner: str, columns: list[str]) -> None:
    if column not in columns:
        raise ImportFileError(f"There is no column {column!r}. The file has: {_listed(columns)}.")
    if name not in IGNORE and name not in KINDS:
        raise ImportFileError(
            f"A post has no field {name!r} (mapped from {column!r}). Fields are: "
            f"{_listed(KINDS)}; or - to leave the column out."
        )
    known = {"time": tuple(DAY_ORDERS), "text": MARKUPS}.get(KINDS.get(name, ""), ())
    if manner and manner not in known:
        raise ImportFileError(
            f"{name}:{manner} is not understood. Write created_at:day-first, "
            "created_at:month-first, text:html or text:as-is."
        )


def _by_layout(columns: list[str], layout: Layout) -> dict[str, str]:
    return _first_of(layout.fields, dict(zip(columns, columns, strict=True)))


def _by_name(columns: list[str]) -> dict[str, str]:
    by_plain = {_plain(column): column for column in reversed(columns)}
    return _first_of(SYNONYMS, by_plain)


def _first_of(fields: Fields, named: Mapping[str, str]) -> dict[str, str]:
    """For each field the first of its columns that is there and not yet taken."""
    found: dict[str, str] = {}
    for name, candidates in fields.items():
        free = [named[c] for c in candidates if c in named and named[c] not in found.values()]
        if free:
            found[name] = free[0]
    return found


def is_known(column: str) -> bool:
    """Whether a column is named as some field of a post, or as one of a known export."""
    plain = _plain(column)
    named = (name for names in SYNONYMS.values() for name in names)
    return plain in named or any(column in layout.needs for layout in LAYOUTS)


def _plain(column: str) -> str:
    return re.sub(r"[\W_]+", "_", column.casefold()).strip("_")


def _with_rare_names(recipe: Recipe, layout: Layout | None) -> Recipe:
    """JSON leaves out what a post has not: names that the first rows lack may come later."""
    known: Fields = layout.fields if layout else {field: (field,) for field in KINDS}
    rare = {field: names[0] for field, names in known.items() if field not in recipe.columns}
    used = {*recipe.columns.values(), *recipe.declared}
    return replace(
        recipe, columns=recipe.columns | {f: n for f, n in rare.items() if n not in used}
    )


def _need_text(recipe: Recipe, columns: list[str]) -> None:
    if not {"text", "title"} & recipe.columns.keys():
        raise ImportFileError(
            f"No column holds the text of the posts. The file has: {_listed(columns)}. "
            "Name it, for example with --map COLUMN=text."
        )


def _listed(names: Iterable[str]) -> str:
    shown = [name[:40] for name in names]
    return ", ".join(shown[:40]) + (f" and {len(shown) - 40} more" if len(shown) > 40 else "")
