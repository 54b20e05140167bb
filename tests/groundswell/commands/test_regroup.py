"""Copies are grouped after posts came, by whichever command and whoever owns the home."""

import csv
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from groundswell import home as homes
from groundswell import scoring
from groundswell.commands import regroup
from groundswell.errors import StoreError
from groundswell.scoring import copies
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store import questions, stored
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner, open_briefly
from tests.collectors.fake_hackernews import FakeSearch
from tests.groundswell.commands.conftest import Groundswell, printed
from tests.groundswell.commands.test_rescore import newer
from tests.groundswell.store.making import rows
from tests.groundswell.store.recount import check

STORY = Filters(topic="story")
SAID = "OpenAI says it has evidence that DeepSeek used its models to train a rival, sources say"
COPIES = (SAID, SAID.upper(), f"RT @sample-user-17: {SAID}", SAID.replace("evidence", "evidense"))
OTHERS = (
    "Nobody outside OpenAI can say what DeepSeek really trained on",
    "My bank manager has now asked me about DeepSeek and OpenAI",
    "DeepSeek runs on my laptop while OpenAI wants my credit card",
)


def write_rows(path: Path, texts: Sequence[str], first: int = 0) -> Path:
    """One post a minute, the first text first."""
    lines = [
        json.dumps(
            {
                "source": "survey",
                "uri": f"urn:sample:{number}",
                "text": text,
                "created_at": f"2025-01-29T10:{number:02}:00Z",
                "likes": number,
            }
        )
        for number, text in enumerate(texts, start=first)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def planted(tmp_path: Path) -> str:
    """A file of four copies and three other posts."""
    return str(write_rows(tmp_path / "planted.jsonl", COPIES[:1] + OTHERS + COPIES[1:]))


@contextmanager
def reading(home: Path) -> Iterator[DuckDBPyConnection]:
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cur:
        check(cur)
        yield cur


def groups(cur: DuckDBPyConnection) -> dict[int, int]:
    """Numbers of the posts that have copies, and of the one that leads them."""
    said = """
        SELECT split_part(p.uri, ':', 3)::INTEGER, split_part(l.uri, ':', 3)::INTEGER
        FROM copies AS c JOIN posts AS p USING (post_no) JOIN posts AS l ON c.group_no = l.post_no
        ORDER BY 1
    """
    return dict(rows(cur, said))


def test_an_export_of_originals_holds_the_first_of_each(
    groundswell: Groundswell, planted: str, tmp_path: Path
) -> None:
    assert groundswell("import", "story", planted).exit_code == 0
    out = tmp_path / "out"
    assert groundswell("export", "story", "--out", str(out), "--originals").exit_code == 0
    with (out / "posts.csv").open(encoding="utf-8", newline="") as file:
        assert [row["text"] for row in csv.DictReader(file)] == [SAID, *OTHERS]


def eventually(done: Callable[[], bool]) -> None:
    end_s = time.monotonic() + 20
    while not done():
        assert time.monotonic() < end_s, "it did not happen in time"
        time.sleep(0.05)


def test_copies_are_grouped_after_an_import(
    groundswell: Groundswell, home: Path, planted: str
) -> None:
    done = groundswell("import", "story", planted)
    assert done.exit_code == 0
    assert "story: 3 of 7 posts say nearly what another had said.\n" in done.stderr
    with reading(home) as cur:
        assert groups(cur) == dict.fromkeys((0, 4, 5, 6), 0)
        share = questions.copies_share(cur, STORY)
        assert (share.posts, share.copies) == (7, 3)
        once = questions.loudest_once(cur, STORY, 2)
        assert list(once["copies"]) == [4, 1]
        assert once["uri"][0] == "urn:sample:6"
    assert Spool(home).waiting() == []


def test_importing_again_changes_nothing(
    groundswell: Groundswell, home: Path, planted: str
) -> None:
    groundswell("import", "story", planted)
    with reading(home) as cur:
        before = rows(cur, "SELECT * FROM copies"), rows(cur, "SELECT * FROM groupings")
    again = groundswell("import", "story", planted)
    assert "nearly" not in again.stderr
    with reading(home) as cur:
        assert (rows(cur, "SELECT * FROM copies"), rows(cur, "SELECT * FROM groupings")) == before
        assert rows(cur, "SELECT count(*) FROM batches WHERE route = 'copies'") == [(1,)]


def test_new_posts_join_and_the_first_may_change(
    groundswell: Groundswell, home: Path, planted: str, tmp_path: Path
) -> None:
    groundswell("import", "story", planted)
    more = write_rows(tmp_path / "more.jsonl", (OTHERS[0].lower(), f"Breaking: {SAID}"), first=20)
    early = tmp_path / "early.jsonl"
    early.write_text(
        json.dumps(
            {
                "source": "survey",
                "uri": "urn:sample:99",
                "text": f"{SAID} 😂",
                "created_at": "2025-01-28T08:00:00Z",
            }
        )  # fmt: skip
    )
    groundswell("import", "story", str(more), str(early))
    with reading(home) as cur:
        assert groups(cur) == dict.fromkeys((0, 4, 5, 6, 21, 99), 99) | {1: 1, 20: 1}


def test_collecting_groups_too_and_says_nothing_without_posts(
    groundswell: Groundswell, home: Path, site: FakeSearch
) -> None:
    first = groundswell("collect", "story")  # forty takes on one template
    assert "39 of 40 posts say nearly what another had said" in first.stderr
    with reading(home) as cur:
        assert questions.copies_share(cur, STORY).copies == 39
    site.hits = []
    assert groundswell("collect", "story").stderr.count("\n") == 1


def test_it_is_the_same_on_a_served_home(
    groundswell: Groundswell, served: Owner, planted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "PAGE_POSTS", 3)
    done = groundswell("import", "story", planted)
    assert done.exit_code == 0
    assert "story: 3 of 7 posts say nearly what another had said.\n" in done.stderr

    def grouped() -> dict[int, int]:
        with served.read() as cur:
            return groups(cur)

    eventually(lambda: grouped() == dict.fromkeys((0, 4, 5, 6), 0))
    assert "nearly" not in groundswell("import", "story", planted).stderr


def test_scoring_anew_works_on_a_served_home(
    groundswell: Groundswell, served: Owner, planted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    groundswell("import", "story", planted)
    before = printed(groundswell("status", "--json"))
    monkeypatch.setattr(stored, "PAGE_POSTS", 3)
    monkeypatch.setattr(scoring, "reader", newer)
    done = groundswell("rescore", "story", "--json")
    assert printed(done) == [{"topic": "story", "posts": 7, "rescored": 7}]
    with served.read() as cur:  # the command returns when they are in
        check(cur)
        assert questions.totals(cur, STORY).negative == 7
        assert questions.copies_share(cur, STORY).copies == 3
    assert printed(groundswell("status", "--json")) == before
    assert printed(groundswell("rescore", "story", "--json"))[0]["rescored"] == 0


def test_an_empty_topic_of_an_owner_has_no_posts(
    groundswell: Groundswell, served: Owner, home: Path
) -> None:
    settings = Settings(home=home)
    assert homes.grouping_state(settings, "story").grouped_at is None
    assert [page for page in homes.stored_posts(settings, "story") if page] == []


def test_a_topic_above_the_limit_is_compared_in_part_and_that_is_told(
    groundswell: Groundswell, home: Path, planted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regroup, "MOST_POSTS", 3)
    done = groundswell("import", "story", planted, "--json")
    assert done.stderr == "story: only the newest 3 of 7 posts were compared.\n"
    with reading(home) as cur:
        assert groups(cur) == dict.fromkeys((4, 5, 6), 4)
        assert rows(cur, "SELECT posts FROM groupings") == [(3,)]
    assert groundswell("import", "story", planted, "--json").stderr == ""


def test_posts_too_like_each_other_to_compare_them_all_are_told(
    groundswell: Groundswell, home: Path, planted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "MOST_MISSES", 0)
    done = groundswell("import", "story", planted)
    assert "story: 6 texts resemble so many others that" in done.stderr
    with reading(home) as cur:
        assert groups(cur) == dict.fromkeys((0, 4), 0)  # equal but for case


def test_trouble_with_grouping_is_told_and_no_failure(
    groundswell: Groundswell, home: Path, planted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise StoreError("The database is tired.")

    with monkeypatch.context() as broken:
        broken.setattr(homes, "grouping_state", refuse)
        done = groundswell("import", "story", planted)
        assert done.exit_code == 0
        assert "the next run does it. The database is tired.\n" in done.stderr
    groundswell("import", "story", planted)
    with reading(home) as cur:
        assert len(groups(cur)) == 4


def test_posts_that_the_owner_has_not_stored_wait(
    groundswell: Groundswell, served: Owner, planted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as hurried, served._writing:  # as if busy with other batches
        hurried.setattr(regroup, "PATIENCE_S", 0.1)
        done = groundswell("import", "story", planted)
    assert done.exit_code == 0
    assert "copies wait" in done.stderr
    eventually(lambda: not Spool(served.home).waiting())
    assert "3 of 7" in groundswell("import", "story", planted).stderr


def test_the_same_posts_give_the_same_groups(
    groundswell: Groundswell, home: Path, planted: str, tmp_path: Path
) -> None:
    groundswell("import", "story", planted)
    with reading(home) as cur:
        here = groups(cur)
    lines = Path(planted).read_text(encoding="utf-8").splitlines()
    other = tmp_path / "other"
    (other / "topics").mkdir(parents=True)
    (other / "topics" / "story.toml").write_bytes((home / "topics" / "story.toml").read_bytes())
    for number, line in enumerate(reversed(lines)):  # one by one, the last first
        one = tmp_path / f"{number}.jsonl"
        one.write_text(line + "\n", encoding="utf-8")
        groundswell("import", "story", str(one), "--home", str(other))
    with reading(other) as cur:
        assert groups(cur) == here
