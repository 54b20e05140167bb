"""The README's table of sources is what the sources declare."""

from collectors import SOURCES
from tests.collectors.source_table import README, filled, table


def test_the_readme_has_the_table_the_sources_make() -> None:
    text = README.read_text(encoding="utf-8")
    assert text == filled(text), "run `python -m tests.collectors.source_table`"


def test_each_source_has_one_row_and_no_cell_is_empty() -> None:
    rows = table().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == sorted(SOURCES)
    for row in rows:
        cells = row.strip("|").split(" | ")
        assert len(cells) == 7
        assert all(cell.strip() for cell in cells)


def test_a_source_that_needs_a_key_says_which() -> None:
    for source in SOURCES.values():
        can = source.capabilities
        assert can.keyless or can.needs
