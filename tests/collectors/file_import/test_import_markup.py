"""Columns of HTML become plain text when the plan says so, and stay when the caller does."""

from pathlib import Path

import pytest

from collectors.file_import import plan
from collectors.file_import.markup import share_of_html
from groundswell.errors import ImportFileError
from tests.collectors.file_import.files import posts_of, write_csv, write_json_lines

HTML = [
    {"id": "a", "title": "On <b>whales</b>", "text": "<p>One &amp; two<p>three <a href='/x'>x</a>"},
    {"id": "b", "title": "Plain", "text": "no tag, but I <3 R&amp;D"},
    {"id": "c", "title": "Plain", "text": "line<br>line <script>alert(1)</script>"},
]
PLAIN = ["I <3 it", "a < b > c", "x<y", "mail <me@example.org>", "see <https://example.org>", ""]


def test_html_is_told_before_and_becomes_plain_text(tmp_path: Path) -> None:
    path = write_csv(tmp_path, HTML)
    planned = plan(path)
    assert planned.mapping == {"id": "uri", "title": "title:html", "text": "text:html"}
    told = [warning for warning in planned.warnings if "HTML" in warning]
    assert told[1] == (
        "text is HTML (67% of its cells have tags) and becomes plain text. "
        "To keep it as it stands: --map 'text=text:as-is'."
    )
    assert [post.text for post in posts_of(path)] == [
        "On whales\n\nOne & two\n\nthree x",
        "Plain\n\nno tag, but I <3 R&D",
        "Plain\n\nline\nline",
    ]


def test_the_caller_has_the_last_word(tmp_path: Path) -> None:
    path = write_csv(tmp_path, HTML)
    kept = {"text": "text:as-is", "title": "title:as-is"}
    assert not [warning for warning in plan(path, kept).warnings if "HTML" in warning]
    assert posts_of(path, mapping=kept)[2].text == f"Plain\n\n{HTML[2]['text']}"
    rare = write_csv(tmp_path, [{"id": str(n), "text": "&lt;b&gt;"} for n in range(9)], "rare.csv")
    assert posts_of(rare)[0].text == "&lt;b&gt;"
    assert posts_of(rare, mapping={"text": "text:html"})[0].text == "<b>"


@pytest.mark.parametrize("mapping", [{}, {"text": "text:as-is"}, {"title": "-"}])
def test_the_mapping_given_back_makes_the_same_import(
    tmp_path: Path, mapping: dict[str, str]
) -> None:
    path = write_csv(tmp_path, HTML)
    again = plan(path, mapping).mapping
    assert plan(path, again).mapping == again
    assert plan(path, again).recipe.markup == plan(path, mapping).recipe.markup
    assert posts_of(path, mapping=again) == posts_of(path, mapping=mapping)


def test_signs_that_are_no_tags_change_nothing(tmp_path: Path) -> None:
    assert share_of_html(PLAIN) == 0
    path = write_json_lines(
        tmp_path, [{"id": str(n), "text": t or "x"} for n, t in enumerate(PLAIN)]
    )
    assert plan(path).recipe.markup == {}
    assert [post.text for post in posts_of(path)] == [*PLAIN[:-1], "x"]


def test_a_few_tags_make_no_column_of_html(tmp_path: Path) -> None:
    rows = [{"id": str(n), "text": "use <b> for bold" if n == 0 else "fine"} for n in range(9)]
    assert plan(write_csv(tmp_path, rows)).recipe.markup == {}


def test_our_own_export_is_text_whatever_stands_in_it(tmp_path: Path) -> None:
    row = {"source": "rss", "uri": "a", "first_seen_at": "2025-01-29T10:00:00Z", "text": "<p>so"}
    (post,) = posts_of(write_csv(tmp_path, [row]))
    assert post.text == "<p>so"


@pytest.mark.parametrize(
    "wanted", ["text:plain", "likes:html", "created_at:html", "text:day-first"]
)
def test_what_makes_no_sense_is_refused_with_what_does(tmp_path: Path, wanted: str) -> None:
    rows = [{"id": "a", "text": "x", "c": "1"}]
    with pytest.raises(ImportFileError, match="text:as-is"):
        plan(write_csv(tmp_path, rows), {"c": wanted})
