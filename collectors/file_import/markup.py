"""Tells columns of HTML from columns of text, and makes plain text of them as the plan says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from collectors.file_import.layouts import GROUNDSWELL, KINDS
from collectors.file_import.moments import is_missing
from collectors.file_import.recipe import Recipe
from collectors.file_import.rows import Row
from groundswell.text import html_to_text

LEAST_SHARE = 0.2  # of the cells of a column; comments of one paragraph often have no tag
_TAG = re.compile(
    r"</?(?:p|br|a|div|span|b|i|u|s|em|strong|small|sub|sup|ul|ol|li|blockquote|pre|code|h[1-6]|hr"
    r"|img|table|tr|td|th|font|figure|iframe)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


def share_of_html(values: Sequence[Any]) -> float:
    """Share of ``values`` with a tag in them, 0…1; 0 of none."""
    texts = [value for value in values if not is_missing(value)]
    return sum(_TAG.search(str(text)) is not None for text in texts) / max(len(texts), 1)


def with_markup(recipe: Recipe, rows: Sequence[Row]) -> Recipe:
    """``recipe`` with "html" for each column of text that is HTML by its first ``rows``, and for
    which the caller has not said what it is. Our own export is text, whatever stands in it."""
    if recipe.layout == GROUNDSWELL.name:
        return recipe
    found = {
        field: "html"
        for field in recipe.columns
        if KINDS[field] == "text" and share_of_html(_cells(recipe, rows, field)) >= LEAST_SHARE
    }
    return replace(recipe, markup=found | recipe.markup)


def plain(values: Mapping[str, Any], recipe: Recipe) -> Mapping[str, Any]:
    """One row's cells, those of columns that are HTML as plain text."""
    columns = [recipe.columns[field] for field, kind in recipe.markup.items() if kind == "html"]
    texts = {name: cell for name in columns if isinstance(cell := values.get(name), str)}
    return {**values, **{name: html_to_text(html) for name, html in texts.items()}}


def _cells(recipe: Recipe, rows: Sequence[Row], field: str) -> list[Any]:
    return [recipe.cell(row.cells, field) for row in rows]
