"""Takes the synthetic sample the whole way into a home: import, score, spool, absorb."""

import json
import shutil
import uuid
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from collectors.file_import import FileImport
from groundswell import home
from groundswell.commands.import_files import take
from groundswell.commands.regroup import regroup
from groundswell.coverage import Coverage
from groundswell.resources import bundled
from groundswell.run import utc_now
from groundswell.scoring.narratives import prepared
from groundswell.scoring.prepared import load
from groundswell.settings import Settings
from groundswell.spool import Batch, Covered, Spool
from groundswell.topic import find

SLUG = "openai-deepseek-sample"


def load_sample(settings: Settings) -> int:
    """Installs the sample's topic in the home and loads its posts and their coverage; how many
    posts. Loading it again changes nothing but the time of the last run. Its readings and
    narratives were made beforehand by the model that ships; another model reads it anew."""
    sample, target = bundled("sample"), settings.home / "topics" / f"{SLUG}.toml"
    with home.writable(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(sample / "topic.toml", target)
    source = FileImport(settings, files=[sample / "posts.jsonl.gz"])
    known = load(sample / "readings.jsonl.gz") if settings.model is None else {}
    outcome = take(find(settings.home, SLUG), source, settings, known)
    _cover(settings, sample / "coverage.json")
    told = prepared.load(sample / "narratives.json.gz") if settings.model is None else {}
    regroup(settings, [SLUG], quiet=True, prepared=told)
    return outcome.counts.posts


def _cover(settings: Settings, file: Path) -> None:
    """Hands over what collectors would have said of the sample's weeks, a batch per route."""
    spool = Spool(settings.home, limit_bytes=settings.spool_limit_bytes)
    run_id, now = uuid.uuid4().hex, utc_now()
    windows = json.loads(file.read_text(encoding="utf-8"))
    for (source, route), group in groupby(windows, lambda w: (w["source"], w["route"])):
        spool.write(
            Batch(
                source=source,
                topic=SLUG,
                route=route,
                run_id=run_id,
                seq=0,
                written_at=now,
                coverage=[Covered(window=_window(said)) for said in group],
            )
        )


def _window(said: dict[str, Any]) -> Coverage:
    start, end = (datetime.fromisoformat(said[name]) for name in ("start", "end"))
    return Coverage(start=start, end=end, status=said["status"], reason=said["reason"])
