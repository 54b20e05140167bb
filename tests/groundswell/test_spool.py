"""The spool: whole batches or none, in order, and every way a disk can say no."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.coverage import Coverage
from groundswell.errors import BatchUnreadable, HomeError, HomeFull
from groundswell.post import Deletion, Hiding, Missing, Post, Rejected
from groundswell.spool import SCHEMA, Covered, Spool, read_envelope
from tests.builders import SEEN, make_batch, make_post

WINDOW = Coverage(start=SEEN - timedelta(hours=1), end=SEEN, status="complete", found=2)


def test_a_batch_comes_back_whole(tmp_path: Path) -> None:
    rejected = Rejected(source="bluesky", reason="no text", raw=b"\x00\xff", seen_at=SEEN)
    deletion = Deletion(source="bluesky", uri="at://x", seen_at=SEEN)
    hiding = Hiding(source="bluesky", author_id="did:plc:x", seen_at=SEEN, lifted=True)
    missing = Missing(source="bluesky", uri="at://y", seen_at=SEEN)
    batch = make_batch(
        [make_post(1), make_post(2, likes=None, created_at=None)],
        cursor_from="a",
        cursor_to="b",
        rejected=[rejected],
        deletions=[deletion],
        hidings=[hiding],
        missing=[missing],
        coverage=[Covered(window=WINDOW, instance="one.example")],
        pages=3,
        dropped=4,
    )
    path = Spool(tmp_path).write(batch)
    envelope = read_envelope(path)
    assert (envelope.rejected, envelope.deletions) == ((rejected,), (deletion,))
    assert (envelope.hidings, envelope.missing) == ((hiding,), (missing,))
    assert envelope.coverage == (Covered(window=WINDOW, instance="one.example"),)
    assert (envelope.cursor_from, envelope.cursor_to) == ("a", "b")
    assert (envelope.pages, envelope.dropped, envelope.batch_id) == (3, 4, path.stem)
    rows = pq.read_table(path).to_pylist()
    assert [row["uri"] for row in rows] == [s.post.uri for s in batch.posts]
    assert (rows[1]["likes"], rows[1]["created_at"]) == (None, None)
    assert (rows[1]["posted_at"], rows[1]["skewed"]) == (SEEN, True)
    assert rows[0]["matches"] == [{"topic": "story", "query": "0123456789ab", "route": "search"}]
    assert rows[0]["scores"][0]["value"] == 0.4


def test_every_field_of_a_post_has_a_column() -> None:
    assert set(Post.__dataclass_fields__) <= set(SCHEMA.names)


def test_nothing_found_is_a_finding(tmp_path: Path) -> None:
    path = Spool(tmp_path).write(make_batch(coverage=[Covered(window=WINDOW)]))
    assert pq.read_table(path).num_rows == 0
    assert read_envelope(path).coverage == (Covered(window=WINDOW),)


def test_the_same_batch_overwrites_itself(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    assert spool.write(make_batch([make_post()])) == spool.write(make_batch([make_post()]))
    assert len(spool.waiting()) == 1


def test_batches_wait_in_the_order_they_were_written(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    written = [spool.write(make_batch(seq=seq)) for seq in (0, 1, 2)]
    between = make_batch(run_id="run-2", written_at=SEEN + timedelta(milliseconds=1500))
    other = spool.write(between)
    assert spool.waiting() == [*written[:2], other, written[2]]


@settings(max_examples=25, deadline=None)
@given(raw=st.binary(max_size=200), place=st.text(st.characters(codec="utf-8"), max_size=30))
def test_rejects_keep_every_byte(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, place: str
) -> None:
    reject = Rejected(source="rss", reason="odd", raw=raw, seen_at=SEEN, place=place)
    path = Spool(tmp_path_factory.mktemp("spool")).write(make_batch(rejected=[reject]))
    assert read_envelope(path).rejected == (reject,)


@pytest.mark.parametrize("content", [b"", b"not parquet", b"PAR1" + bytes(40) + b"PAR1"])
def test_a_file_that_is_no_batch_is_named_and_set_aside(tmp_path: Path, content: bytes) -> None:
    spool = Spool(tmp_path)
    spool.write(make_batch())
    path = spool.folder / "20250101T000000000000-000000-feed.parquet"
    path.write_bytes(content)
    with pytest.raises(BatchUnreadable, match=path.name):
        read_envelope(path)
    aside = spool.set_aside(path, "not a batch")
    assert aside.read_bytes() == content
    assert aside.with_suffix(".reason.txt").read_text() == "not a batch\n"
    assert path not in spool.waiting()


def test_a_batch_of_another_format_is_refused(tmp_path: Path) -> None:
    path = Spool(tmp_path).write(make_batch())
    table = pq.read_table(path)
    meta = {
        b"groundswell": table.schema.metadata[b"groundswell"].replace(
            b'"format": 1', b'"format": 9'
        )
    }
    pq.write_table(table.replace_schema_metadata(meta), path)
    with pytest.raises(BatchUnreadable, match="format 9"):
        read_envelope(path)


def test_a_full_spool_says_what_to_do_and_keeps_what_it_has(tmp_path: Path) -> None:
    Spool(tmp_path).write(make_batch([make_post()]))
    with pytest.raises(HomeFull, match="groundswell serve"):
        Spool(tmp_path, limit_bytes=10).write(make_batch(seq=1))
    assert len(Spool(tmp_path).waiting()) == 1


def test_a_folder_that_cannot_be_made_is_a_home_error(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file stands where the folder should be")
    with pytest.raises(HomeError, match="--home"):
        Spool(tmp_path / "home").write(make_batch())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_no_space_left_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """/dev/full answers every write with ENOSPC: the real error of a full disk."""
    spool = Spool(tmp_path)
    spool.folder.mkdir()
    real_open = Path.open
    monkeypatch.setattr(
        Path,
        "open",
        lambda self, *args, **kwargs: real_open(
            Path("/dev/full") if self.name.startswith(".tmp.") else self, *args, **kwargs
        ),
    )
    with pytest.raises(HomeFull, match="No space left"):
        spool.write(make_batch([make_post()]))
    assert spool.waiting() == []


def test_only_old_temporary_files_are_swept(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.write(make_batch())
    old, new = spool.folder / ".tmp.1.a", spool.folder / ".tmp.2.b"
    for path in (old, new):
        path.write_bytes(b"half a batch")
    an_hour_ago = time.time() - 3700
    os.utime(old, (an_hour_ago, an_hour_ago))
    assert spool.sweep() == 1
    assert (old.exists(), new.exists(), len(spool.waiting())) == (False, True, 1)


WRITER = """
import sys
from pathlib import Path
from groundswell.spool import Spool
from tests.builders import make_batch, make_post
spool = Spool(Path(sys.argv[1]))
for seq in range(10_000):
    spool.write(make_batch([make_post(seq * 50 + n) for n in range(50)], seq=seq))
    sys.stdout.write(f"{seq}\\n"); sys.stdout.flush()
"""


@pytest.mark.chaos
@pytest.mark.parametrize("round_no", range(int(os.environ.get("GROUNDSWELL_KILLS", "3"))))
def test_a_killed_writer_leaves_whole_batches_only(tmp_path: Path, round_no: int) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    acknowledged = [int(child.stdout.readline())]
    deadline = time.monotonic() + 0.02 * (round_no % 25)
    while time.monotonic() < deadline:
        acknowledged.append(int(child.stdout.readline()))
    child.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in child.stdout if line.endswith("\n")]
    child.wait()
    whole = [read_envelope(path).seq for path in Spool(tmp_path).waiting()]
    assert whole == list(range(len(whole)))
    assert len(whole) >= len(acknowledged)
    for path in Spool(tmp_path).waiting():
        assert pq.read_table(path).num_rows == 50
