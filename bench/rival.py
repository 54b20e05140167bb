"""A burst between two runs, two queries, one search server: what the nearest rival keeps, and we.

The rival is the published wheel of obsei, installed in an environment of its own for this alone.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from bench._promise import Promise, is_quick, report
from bench._search_site import SearchSite
from bench._synthetic import Maker
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store.absorb import absorb
from groundswell.store.database import FILE_NAME, open_database

RIVAL = "obsei==1.1.1"
DRIVER = Path(__file__).with_name("_rival_driver.py")
BEFORE, BURST = 200, 2_000
QUERIES = ("openai", "deepseek")
ROWS, QUICK_ROWS = 10_000, 2_000


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the promises beside the rival; 1 when one does not hold."""
    rows = QUICK_ROWS if is_quick(argv, __doc__ or "") else ROWS
    with tempfile.TemporaryDirectory() as folder:
        return report(measure(Path(folder), rows))


def measure(folder: Path, rows: int) -> list[Promise]:
    """Ours beside the rival's in one run; its numbers are None where it cannot be installed."""
    python, reason = install(folder / "rival")
    site = SearchSite()
    with site.serving():
        ours, theirs = burst(folder, site, python)
    ours_rate = our_rate(folder / "rate", rows)
    their_rate = rival(python, "store", folder / "rate.duckdb", rows).get("rows_per_s")
    all_posts = BEFORE + BURST
    return [
        Promise(
            name="burst_posts_kept_of_2200", unit="posts", goal=all_posts, value=ours["posts"],
            baseline=theirs.get("posts"), reason=reason,
        ),
        Promise(
            name="burst_rows_per_post", unit="rows", goal=1, value=ours["rows"] / ours["posts"],
            baseline=_quotient(theirs), at_most=True, reason=reason,
        ),
        Promise(
            name="store_rate_against_rival (ours with scores, sums and terms)", unit="posts/s",
            goal=12, value=ours_rate, baseline=their_rate, by_ratio=True, reason=reason,
        ),
    ]  # fmt: skip


def install(folder: Path) -> tuple[Path | None, str | None]:
    """The rival's Python, or None and why there is none."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", RIVAL],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        return None, f"{RIVAL} could not be installed, so there is nothing to compare with"
    return python, None


def burst(
    folder: Path, site: SearchSite, python: Path | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Rows and distinct posts that each holds after a first run and one after the burst."""
    home = folder / "home"
    (home / "topics").mkdir(parents=True)
    for query in QUERIES:
        text = f'title = "{query}"\nquery = "{query}"\n[sources.bluesky]\n'
        (home / "topics" / f"{query}.toml").write_text(text, encoding="utf-8")
    begin = datetime.now(UTC)
    site.publish([begin - timedelta(minutes=50, seconds=n) for n in range(BEFORE)])
    theirs: dict[str, Any] = {}
    for number in range(2):
        if number:
            site.publish(_since(begin))
        theirs = rival(python, "collect", folder / "burst.duckdb", site.url, *QUERIES)
        collect(home, site.url)
    with duckdb.connect(str(home / FILE_NAME), read_only=True) as con:
        ((rows, posts),) = con.execute("SELECT count(*), count(DISTINCT uri) FROM posts").fetchall()
    return {"rows": rows, "posts": posts}, theirs


def collect(home: Path, url: str) -> None:
    """Our own command, as a user types it."""
    own = {
        "GROUNDSWELL_HOME": str(home),
        "GROUNDSWELL_BLUESKY_URL": url,
        "GROUNDSWELL_BLUESKY_HANDLE": "bench.example",
        "GROUNDSWELL_BLUESKY_APP_PASSWORD": "bench",
        "GROUNDSWELL_ALLOW_PRIVATE_ADDRESSES": "1",
        "GROUNDSWELL_REQUEST_RATE_PER_S": "1000",
    }
    command = [sys.executable, "-m", "groundswell.cli", "collect", *QUERIES]
    subprocess.run(
        command,
        env=os.environ | own,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def our_rate(home: Path, rows: int) -> float:
    """Posts a second from a waiting batch to its commit, with everything we keep of a post."""
    home.mkdir()
    con = open_database(home, Settings(home=home))
    spool = Spool(home)
    maker = Maker(total=2 * rows)
    maker.write(spool, 0, rows)
    absorb(con, home, spool)
    maker.write(spool, 1, rows)
    began_s = time.perf_counter()
    absorb(con, home, spool)
    took_s = time.perf_counter() - began_s
    con.close()
    return rows / took_s


def rival(python: Path | None, *arguments: object) -> dict[str, Any]:
    """What its driver prints; nothing without a rival."""
    if python is None:
        return {}
    done = subprocess.run(
        [python, DRIVER, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _since(begin: datetime) -> list[datetime]:
    """Moments of the burst: between the first runs and now."""
    step = (datetime.now(UTC) - begin) / (BURST + 1)
    return [begin + step * (n + 1) for n in range(BURST)]


def _quotient(said: dict[str, Any]) -> float | None:
    return said["rows"] / said["posts"] if said.get("posts") else None


if __name__ == "__main__":
    sys.exit(main())
