"""No cell of the contract is left undeclared, and the page in the docs is the contract."""

from collectors import SOURCES
from tests.conformance.bypassed import BYPASSED
from tests.conformance.cases import CASES
from tests.conformance.rows import DOC, page, rows


def test_every_source_has_a_case() -> None:
    assert set(CASES) == set(SOURCES)


def test_every_bypass_has_its_row_its_source_and_a_reason() -> None:
    known = set(rows())
    assert len(known) == len(rows())
    for (row, source), reason in BYPASSED.items():
        assert row in known, row
        assert source in SOURCES, source
        assert reason


def test_the_page_in_the_docs_is_the_contract() -> None:
    said = "run `python -m tests.conformance.rows`"
    assert DOC.read_text(encoding="utf-8") == page(), said
