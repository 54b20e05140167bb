"""Even SQL that got in reads nothing outside the home's folders; migrations run once."""

import re
from pathlib import Path

import duckdb
import pytest
from duckdb import DuckDBPyConnection

import groundswell.store
from groundswell.settings import Settings
from groundswell.store.database import open_database
from groundswell.store.migrate import migrate
from groundswell.store.sql import migrations
from tests.groundswell.store.making import rows

STORE = Path(groundswell.store.__file__).parent


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('{home}/../secret.txt')",
        "SELECT * FROM read_text('{home}/spool/../../secret.txt')",
        "SELECT * FROM read_text('{home}/groundswell.duckdb')",
        "SELECT * FROM glob('/etc/*')",
        "COPY posts TO '{home}/../out.csv'",
        "COPY (SELECT 1) TO '/tmp/groundswell-out.csv'",
        "ATTACH '{home}/../other.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET lock_configuration = false",
        "SET memory_limit = '100GB'",
        "SELECT * FROM 'https://example.org/x.parquet'",
    ],
)
def test_sql_cannot_leave_the_home(
    con: DuckDBPyConnection, home: Path, tmp_path: Path, sql: str
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    for cursor in (con, con.cursor()):
        with pytest.raises(duckdb.Error):
            cursor.execute(sql.replace("{home}", str(home))).fetchall()


def test_the_homes_folders_stay_usable(con: DuckDBPyConnection, home: Path) -> None:
    for name in ("spool", "raw", "exports"):
        path = str(home / name / "x.parquet")
        con.execute("COPY (SELECT 7 AS n) TO $path (FORMAT parquet)", {"path": path})
        found = con.execute("SELECT n FROM read_parquet($path)", {"path": path}).fetchall()
        assert found == [(7,)]


def test_cursors_speak_utc_and_share_the_limits(con: DuckDBPyConnection) -> None:
    said = con.cursor().execute(
        "SELECT current_setting('TimeZone'), current_setting('threads')"
    ).fetchall()  # fmt: skip
    assert said == [("UTC", 2)]


def test_migrations_run_once_and_are_entered(con: DuckDBPyConnection) -> None:
    entered = rows(con, "SELECT number, name FROM migrations ORDER BY number")
    assert entered == [(number, name) for number, name, _ in migrations()]
    assert migrate(con) == []


def test_migrations_are_numbered_without_holes() -> None:
    assert [number for number, _, _ in migrations()] == list(range(1, len(migrations()) + 1))


def test_a_home_with_a_quote_in_its_name_works(tmp_path: Path) -> None:
    home = tmp_path / "it's; DROP -- here"
    opened = open_database(home, Settings(home=home))
    assert rows(opened, "SELECT count(*) FROM posts") == [(0,)]
    opened.close()


def test_every_sql_file_begins_with_its_contract() -> None:
    for path in STORE.rglob("*.sql"):
        assert path.read_text(encoding="utf-8").startswith("-- "), path


def test_every_sql_file_is_used() -> None:
    code = "\n".join(p.read_text(encoding="utf-8") for p in STORE.glob("*.py"))
    for path in [*STORE.glob("queries/**/*.sql"), *STORE.glob("steps/*.sql")]:
        stem = re.sub(r"^(forget_topic|compact)_.*", r"\1_{", path.stem)  # named by their table
        assert f'"{stem}' in code, path
