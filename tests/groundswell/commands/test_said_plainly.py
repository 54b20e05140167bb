"""What went wrong outside the command itself is said, in one line, where a person looks."""

from pathlib import Path

from tests.groundswell.commands.conftest import Groundswell


def test_a_batch_that_cannot_be_read_is_told_until_somebody_looks(
    groundswell: Groundswell, home: Path
) -> None:
    groundswell("collect", "story")
    (home / "spool" / "junk.parquet").write_bytes(b"junk")
    for _ in range(2):
        said = groundswell("status", "--json")
        assert said.exit_code == 0
        assert "junk.parquet" in said.stderr
        assert said.stderr.count("\n") == 1


def test_a_slip_in_a_topic_to_purge_is_no_deletion(groundswell: Groundswell) -> None:
    for name in ("storey", "../x", ""):
        assert groundswell("purge", "--topic", name, "--yes").exit_code == 2


def test_a_damaged_database_is_called_damaged(groundswell: Groundswell, home: Path) -> None:
    groundswell("collect", "story")
    file = home / "groundswell.duckdb"
    file.write_bytes(b"\0" * 4096 + file.read_bytes()[4096:])
    said = groundswell("status")
    assert said.exit_code == 1
    assert "is damaged" in said.stderr
    assert said.stderr.count("\n") == 1


def test_checking_a_topic_says_what_collecting_would(groundswell: Groundswell, home: Path) -> None:
    topic = home / "topics" / "more.toml"
    topic.write_text('title = "x"\nquery = "openai"\n[sources.rss]\n')
    assert groundswell("topics", "check", str(topic)).exit_code == 2
    topic.write_text('title = "x"\nquery = "openai"\n[sources.usenet]\n')
    assert "knows no source usenet" in groundswell("topics", "check", str(topic)).stdout


def test_topics_tells_where_the_home_is(groundswell: Groundswell, home: Path) -> None:
    assert str(home) in groundswell("topics").stderr


def test_an_empty_time_is_not_the_default(groundswell: Groundswell) -> None:
    assert groundswell("collect", "story", "--since", "").exit_code == 2
