"""The seven traps of file import, each named as in the reference: T-IMP-1 to T-IMP-7."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.file_import import plan
from groundswell.errors import ImportFileError
from groundswell.text import clean_text
from tests.collectors.file_import.files import (
    ROWS,
    csv_text,
    importer,
    items_of,
    posts_of,
    rejected_of,
    write,
    write_csv,
    write_json_lines,
)


def test_t_imp_1_the_mapping_is_shown_and_can_be_saved_and_given_back(tmp_path: Path) -> None:
    rows = [{"Nachricht": "Guten Tag", "Wann": "2025-01-29T10:00:00Z", "Laune": "gut"}]
    path = write_csv(tmp_path, rows)
    planned = plan(path, {"Nachricht": "text", "Wann": "created_at"})
    assert planned.mapping == {"Nachricht": "text", "Wann": "created_at", "Laune": "-"}
    assert [column.how for column in planned.columns] == ["declared", "declared", None]
    assert plan(path, planned.mapping).recipe.columns == planned.recipe.columns


def test_t_imp_1_what_is_not_mapped_is_unknown_and_not_zero(tmp_path: Path) -> None:
    path = write_csv(tmp_path, [{"text": "OpenAI", "Applause": "7"}])
    (post,) = posts_of(path)
    assert plan(path).unmapped == ("Applause",)
    assert (post.likes, post.reposts, post.author, post.created_at) == (None, None, None, None)


def test_t_imp_1_an_override_wins_over_a_guess(tmp_path: Path) -> None:
    path = write_csv(tmp_path, [{"text": "the draft", "body": "the letter"}])
    (post,) = posts_of(path, mapping={"body": "text", "text": "-"})
    assert post.text == "the letter"


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"txt": "text"}, "no column 'txt'"),
        ({"text": "mood"}, "no field 'mood'"),
        ({"text": "text", "id": "text"}, "Two columns"),
        ({"text": "text:day-first"}, "not understood"),
        ({"text": "-"}, "No column holds the text"),
    ],
)
def test_t_imp_1_a_mapping_that_does_not_fit_is_refused(
    tmp_path: Path, mapping: dict[str, str], said: str
) -> None:
    with pytest.raises(ImportFileError, match=said):
        plan(write_csv(tmp_path, ROWS), mapping)


def test_t_imp_2_times_without_offset_need_a_declared_zone(tmp_path: Path) -> None:
    path = write_csv(tmp_path, [{"text": "OpenAI", "date": "2025-01-29 10:00"}])
    with pytest.raises(ImportFileError, match=r"--zone Europe/Berlin"):
        plan(path)
    (post,) = posts_of(path, zone="America/New_York")
    assert post.created_at is not None
    assert post.created_at.isoformat() == "2025-01-29T15:00:00+00:00"


def test_t_imp_2_every_column_of_times_needs_its_zone(tmp_path: Path) -> None:
    row = {"text": "OpenAI", "date": "2025-01-29T10:00:00Z", "updated_at": "2025-01-30 10:00"}
    with pytest.raises(ImportFileError, match="column 'updated_at'"):
        plan(write_csv(tmp_path, [row]))


def test_t_imp_2_a_late_time_without_offset_costs_its_own_row(tmp_path: Path) -> None:
    rows = [{"text": f"no {n}", "date": "2025-01-29T10:00:00Z"} for n in range(600)]
    rows[555]["date"] = "2025-01-29 10:00"
    (bad,) = rejected_of(write_csv(tmp_path, rows))
    assert (bad.place, bad.field_name) == ("line 557", "created_at")
    assert "no time zone was declared" in bad.reason


def test_t_imp_2_an_unknown_zone_is_refused(tmp_path: Path) -> None:
    for zone in ("Mars/Olympus", "../etc/passwd", "Europe", "+01:00"):
        with pytest.raises(ImportFileError, match="IANA name"):
            plan(write_csv(tmp_path, ROWS), zone=zone)


@pytest.mark.parametrize("bad", ["1.88E+18", "1,88E+18", "1.88494321e+18"])
def test_t_imp_3_ids_that_a_spreadsheet_shortened_are_refused(tmp_path: Path, bad: str) -> None:
    path = write_csv(tmp_path, [{"id": bad, "text": "OpenAI"}])
    with pytest.raises(ImportFileError, match="last digits were lost"):
        plan(path)


def test_t_imp_3_ids_that_a_spreadsheet_rounded_are_refused(tmp_path: Path) -> None:
    rows = [{"id": f"188494321{n}00000000000", "text": "OpenAI"} for n in range(4)]
    with pytest.raises(ImportFileError, match="18849432100"):
        plan(write_csv(tmp_path, rows))


def test_t_imp_3_a_late_shortened_id_costs_its_own_row(tmp_path: Path) -> None:
    rows = [{"id": f"188494321{n:010}", "text": f"no {n}"} for n in range(600)]
    rows[580]["id"] = "1.88E+18"
    (bad,) = rejected_of(write_csv(tmp_path, rows))
    assert (bad.place, bad.field_name) == ("line 582", "uri")


def test_t_imp_3_long_ids_keep_every_digit(tmp_path: Path) -> None:
    rows = [{"id": 1884943210987654321 + n, "text": f"no {n}"} for n in range(3)]
    as_json = [post.uri for post in posts_of(write_json_lines(tmp_path, rows))]
    as_csv = [post.uri for post in posts_of(write_csv(tmp_path, rows))]
    assert as_json == as_csv == [f"188494321098765432{n}" for n in (1, 2, 3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_t_imp_4_encodings_and_delimiters_are_found(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    rows = [
        {"id": f"a{n}", "text": f"café; naïve, „Zitat“ | {n}\nZeile 2", "likes": n}
        for n in range(20)
    ]
    path = write(tmp_path, "p.csv", csv_text(rows, delimiter=delimiter).encode(encoding))
    posts = posts_of(path)
    assert [post.text for post in posts] == [row["text"] for row in rows]
    assert plan(path).delimiter == delimiter


def test_t_imp_4_a_guessed_encoding_is_said_and_shown(tmp_path: Path) -> None:
    text = "id,text\r\n" + "".join(
        f'a{n},"Voilà une réponse très étonnée à propos d\'un modèle n° {n}"\r\n' for n in range(30)
    )
    path = write(tmp_path, "p.csv", text.encode("cp1252"))
    (warning, *_) = plan(path).warnings
    assert "is a guess" in warning
    assert "étonnée" in warning or "réponse" in warning
    assert posts_of(path)[0].text.startswith("Voilà une réponse très étonnée")


def test_t_imp_4_text_that_was_encoded_twice_is_refused(tmp_path: Path) -> None:
    rows = [{"id": f"a{n}", "text": f"Une réponse étonnée — « {n} »"} for n in range(5)]
    broken = csv_text(rows).encode().decode("cp1252", "replace").encode()
    with pytest.raises(ImportFileError, match="UTF-8 was read as another encoding"):
        plan(write(tmp_path, "p.csv", broken))


def test_t_imp_4_one_post_about_broken_text_is_no_broken_file(tmp_path: Path) -> None:
    rows = [{"id": "a", "text": "why do I see Ã© and â€œ and Ã¼ here"}]
    rows += [{"id": f"b{n}", "text": "déjà vu, même là"} for n in range(5)]
    assert len(posts_of(write_csv(tmp_path, rows))) == 6


def test_t_imp_4_a_file_that_stops_being_utf8_far_down_is_refused_whole(tmp_path: Path) -> None:
    rows = [{"id": f"a{n}", "text": "x" * 500} for n in range(4_000)]
    path = write(tmp_path, "p.csv", csv_text(rows).encode() + "a,café\r\n".encode("cp1252"))
    with pytest.raises(ImportFileError, match="does not go on as such"):
        items_of(path)


def test_t_imp_5_the_same_file_twice_adds_nothing(tmp_path: Path) -> None:
    without_ids = [{k: v for k, v in row.items() if k != "id"} for row in ROWS]
    for path in (write_csv(tmp_path, ROWS), write_csv(tmp_path, without_ids, "no-ids.csv")):
        once, twice = posts_of(path), posts_of(path)
        assert [(p.source, p.uri) for p in once] == [(p.source, p.uri) for p in twice]


def test_t_imp_5_made_identities_do_not_depend_on_order_or_format(tmp_path: Path) -> None:
    rows = [{k: v for k, v in row.items() if k != "id"} for row in ROWS]
    by_csv = {p.uri for p in posts_of(write_csv(tmp_path, rows))}
    by_json = {p.uri for p in posts_of(write_json_lines(tmp_path, rows[::-1]))}
    assert by_csv == by_json
    assert all(len(uri) == len("import:") + 32 for uri in by_csv)


def test_t_imp_6_the_declared_origin_is_the_source_and_sets_what_may_be_handed_on(
    tmp_path: Path,
) -> None:
    path = write_csv(tmp_path, ROWS)
    assert {post.source for post in posts_of(path, origin="x")} == {"x"}
    assert importer(path, origin="x").capabilities.redistribution == "ids"
    assert importer(path, origin="our-survey").capabilities.redistribution == "text"
    assert importer(path).capabilities.redistribution == "text"


def test_t_imp_6_an_origin_that_is_no_name_is_refused(tmp_path: Path) -> None:
    for origin in ("", "Reader Mail", "../x", "a" * 33):
        with pytest.raises(ImportFileError, match="no name of a source"):
            plan(write_csv(tmp_path, ROWS), origin=origin)


def _protected(text: str) -> str:
    """What our CSV export does: one apostrophe before a formula, or before such a text already
    protected, so that taking one away is exact."""
    bare = text.lstrip("'")
    return f"'{text}" if bare[:1] in tuple("=+-@\t\r\n＝＋－＠") and bare else text


@given(
    st.lists(
        st.text(st.sampled_from("'=+-@＝＋－＠a1 ,;|\"\n\t")) | st.text(), min_size=1, max_size=8
    )
)
def test_t_imp_7_our_own_csv_comes_back_identical(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    kept = [text for raw in texts if (text := clean_text(raw)[0])]
    rows = [
        {
            "source": "bluesky",
            "uri": f"at://did:plc:sample/app.bsky.feed.post/{n}",
            "first_seen_at": "2025-01-29 12:00:00+00",
            "text": text,
            "lang": "en",
        }
        for n, text in enumerate(kept)
    ]
    if not rows:
        return
    out = [{name: _protected(value) for name, value in row.items()} for row in rows]
    path = write_csv(tmp_path_factory.mktemp("own"), out)
    assert [post.text for post in posts_of(path)] == kept


def test_t_imp_7_only_our_own_csv_loses_apostrophes(tmp_path: Path) -> None:
    rows = [{"id": "a", "text": "'-' is a dash"}]
    assert posts_of(write_csv(tmp_path, rows))[0].text == "'-' is a dash"


def test_csv_helper_writes_what_the_csv_module_reads() -> None:
    assert list(csv.DictReader(io.StringIO(csv_text(ROWS), newline=""))) == ROWS
