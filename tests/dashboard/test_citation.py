"""Citations: who, where, when, what and at which address, in forms that strangers cannot break."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import citation
from tests.dashboard.stories import HOSTILE

AT = datetime(2025, 1, 29, 14, 5, tzinfo=UTC)
SEEN = datetime(2025, 2, 3, 10, 0, tzinfo=UTC)


def post(**changes: Any) -> dict[str, Any]:
    """A post as the card has it."""
    values: dict[str, Any] = {
        "source": "bluesky",
        "uri": "at://did:plc:sample/1",
        "url": "https://example.org/1",
        "author": "sample.example",
        "author_name": "Sample User",
        "posted_at": AT,
        "last_seen_at": SEEN,
        "skewed": False,
        "text": "First line\nsecond line",
    }
    return values | changes


def test_the_plain_form() -> None:
    assert citation.plain(post(), synthetic=False) == (
        "Sample User (sample.example), Bluesky, 29 Jan 2025, 14:05 UTC:\n"
        "“First line\nsecond line”\n"
        "https://example.org/1\n"
        "Last seen there 3 Feb 2025, 10:00 UTC."
    )


def test_the_markdown_form() -> None:
    assert citation.markdown(post(), synthetic=False) == (
        "> First line\n"
        "> second line\n"
        "\n"
        "— Sample User (sample.example), [Bluesky, 29 Jan 2025, 14:05 UTC](<https://example.org/1>)."
        " Last seen there 3 Feb 2025, 10:00 UTC."
    )


def test_the_bibtex_form() -> None:
    said = citation.bibtex(post(text="100% {of} it_all & more"), synthetic=False)
    assert re.match(r"@misc\{bluesky2025-[0-9a-f]{8},\n", said)
    assert r"  title = {{100\% \{of\} it\_all \& more}}," in said
    assert "  author = {{Sample User (sample.example)}}," in said
    assert "  month = jan," in said
    assert "  urldate = {2025-02-03}," in said
    assert said.count("{") - said.count(r"\{") == said.count("}") - said.count(r"\}")


def test_the_csl_form_is_json() -> None:
    (item,) = json.loads(citation.csl(post(), synthetic=False))
    assert item["type"] == "post"
    assert item["author"] == [{"literal": "Sample User (sample.example)"}]
    assert item["issued"] == {"date-parts": [[2025, 1, 29]]}
    assert item["URL"] == "https://example.org/1"
    assert item["abstract"] == "First line\nsecond line"


@pytest.mark.parametrize("form", citation.FORMS.values())
def test_a_made_up_post_says_so(form: Any) -> None:
    assert "nobody said it" in form(post(), synthetic=True)
    assert "nobody said it" not in form(post(), synthetic=False)


@pytest.mark.parametrize("form", citation.FORMS.values())
@pytest.mark.parametrize(
    "changes",
    [
        {"author": None},
        {"author_name": None},
        {"author": None, "author_name": None},
        {"url": None},
        {"url": "javascript:alert(1)"},
        {"skewed": True},
        {"text": ""},
        {"text": HOSTILE, "author_name": HOSTILE},
    ],
)
def test_no_form_fails_and_no_script_is_an_address(form: Any, changes: dict[str, Any]) -> None:
    said = form(post(**changes), synthetic=False)
    assert said
    assert "javascript:alert" not in said


def test_a_time_that_is_not_trusted_says_so() -> None:
    assert "not trusted" in citation.plain(post(skewed=True), synthetic=False)


@given(st.text(max_size=80))
def test_a_stranger_s_markdown_stays_words(text: str) -> None:
    said = citation.markdown(post(text=text, author=None, author_name="x"), synthetic=False)
    body = said.rpartition("\n— x, ")[0]
    assert not re.search(r"(?<!\\)(?:\\\\)*[\[\]<`*]", body.replace("> ", "", 1))
    assert all(line.startswith(">") for line in body.splitlines() if line)


@given(st.text(max_size=80))
def test_a_stranger_s_tex_stays_words(text: str) -> None:
    said = citation.bibtex(post(text=text), synthetic=False)
    bare = re.sub(r"\\text(backslash|ascii\w+)\{\}|\\[{}$&#%_]", "", said)
    assert bare.count("{") == bare.count("}")
    assert "\\" not in bare


def test_the_same_post_has_the_same_key() -> None:
    first, second = (citation.bibtex(post(text=t), synthetic=False).split(",")[0] for t in "ab")
    assert first == second
    assert first != citation.bibtex(post(uri="other"), synthetic=False).split(",")[0]
