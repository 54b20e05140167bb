"""Labels as CSV: the same after a journey, inert in a spreadsheet, each bad line told."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.errors import WrongUse
from groundswell.labels import LABELS
from groundswell.labels.file import (
    COLUMNS,
    NAME_CAP_CHARS,
    Given,
    labeller_name,
    labels_csv,
    read_labels,
)
from groundswell.text import clean_text

NOW = datetime(2025, 2, 1, 12, tzinfo=UTC)
STARTS = "=+-@\t\r＝＋－＠"


def flat(text: str) -> str:
    """Text as names and addresses are kept."""
    return " ".join(clean_text(text)[0].split())


words = st.text(st.sampled_from(STARTS + "ab'\",;\n ") | st.characters(), max_size=20).map(flat)


@given(
    st.lists(
        st.builds(
            Given,
            line=st.just(0),
            source=st.none() | st.just("bluesky"),
            uri=words.filter(bool),
            target=st.sampled_from(["OpenAI", "=Deep'Seek"]),
            labeller=words.filter(bool),
            label=st.sampled_from(LABELS),
            labelled_at=st.datetimes(
                datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)  # noqa: DTZ001  # Hypothesis wants bounds without a zone
            ),
            took_s=st.none() | st.floats(0, 1e6).map(lambda s: round(s, 2)),
        )
    )
)  # fmt: skip
def test_what_is_written_is_read_back(labels: list[Given]) -> None:
    rows = [
        {name: getattr(one, name, None) for name in COLUMNS} | {"time": one.labelled_at}
        for one in labels
    ]
    body = labels_csv(rows)
    read, rejects = read_labels(body, ["OpenAI", "=Deep'Seek"], "nobody", NOW)
    assert rejects == []
    assert [_without_line(one) for one in read] == [_without_line(one) for one in labels]


def _without_line(one: Given) -> tuple[object, ...]:
    return one.source, one.uri, one.target, one.labeller, one.label, one.labelled_at, one.took_s


@given(st.text(st.sampled_from(STARTS + "'ab"), max_size=6))
def test_no_cell_is_a_formula(text: str) -> None:
    body = labels_csv([{"text": text, "labeller": text, "uri": "u"}]).decode()
    (row,) = csv.DictReader(io.StringIO(body, newline=""))
    for cell in (row["text"], row["labeller"]):
        assert not cell.startswith(tuple(STARTS + "\n"))
        assert cell.removeprefix("'") == text or cell == text


def test_only_uri_and_label_are_needed_where_there_is_one_target() -> None:
    (one,), rejects = read_labels(b"\xef\xbb\xbfURI;Label\nat://1;Favor\n", ["X"], "ada", NOW)
    assert rejects == []
    assert _without_line(one) == (None, "at://1", "X", "ada", "favor", NOW, None)


def test_each_line_that_is_no_label_is_told_and_none_is_lost() -> None:
    lines = [
        "uri,label,target,time,took_s,labeller",
        "u1,against,X,,,",
        ",against,X,,,",
        "u2,maybe,X,,,",
        "u3,none,Y,,,",
        "u4,none,,,,",
        "u5,none,X,yesterday,,",
        "u6,none,X,,soon,",
        "u7,none,X,,-1,",
        f"u8,none,X,,,{'x' * 61}",
        "u9,none,X",
        "",
        '"u10","favor","X","2025-02-01T14:00:00+02:00","1.5","eve"',
    ]
    given_labels, rejects = read_labels("\r\n".join(lines).encode(), ["X", "Z"], "ada", NOW)
    assert [one.uri for one in given_labels] == ["u1", "u10"]
    assert given_labels[1].labelled_at == NOW
    assert [reject.line for reject in rejects] == [*range(3, 12)]
    reasons = [reject.reason for reject in rejects]
    for part, reason in zip(
        ["names no post", "“maybe”", "“Y”", "no target", "“yesterday”", "“soon”", "“-1”"],
        reasons,
        strict=False,
    ):
        assert part in reason
    assert "60 characters" in reasons[7]
    assert "has 3 cells for 6 columns" in reasons[8]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "no column uri and no column label"),
        (b"uri,what\n", "no column label"),
        (b"uri,label\n\xff\xfe\n", "not UTF-8"),
    ],
)
def test_what_is_no_file_of_labels_is_refused_whole(body: bytes, said: str) -> None:
    with pytest.raises(WrongUse, match=said):
        read_labels(body, ["X"], "ada", NOW)


def test_a_cell_beyond_all_measure_is_no_csv() -> None:
    """The limit is the whole process's, and others raise it."""
    before = csv.field_size_limit(1_000)
    try:
        with pytest.raises(WrongUse, match="is no CSV"):
            read_labels(b'uri,label\n"' + b"x" * 2_000 + b'",none\n', ["OpenAI"], "who", NOW)
    finally:
        csv.field_size_limit(before)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        labels, rejects = read_labels(body, ["X"], "ada", NOW)
    except WrongUse:
        return
    assert len(labels) + len(rejects) <= body.count(b"\n") + body.count(b"\r") + 1


def test_the_name_of_a_labeller_is_kept_flat() -> None:
    assert labeller_name("  Ada \n L. ") == "Ada L."
    for name in ("", " \n", "x" * (NAME_CAP_CHARS + 1)):
        with pytest.raises(WrongUse):
            labeller_name(name)


def test_times_far_away_are_no_times() -> None:
    body = b"uri,label,time\nu,none,0001-01-01T00:00:00+14:00\n"
    assert len(read_labels(body, ["X"], "ada", NOW)[1]) == 1
    near = (NOW - timedelta(days=1)).isoformat()
    assert len(read_labels(f"uri,label,time\nu,none,{near}\n".encode(), ["X"], "ada", NOW)[0]) == 1
