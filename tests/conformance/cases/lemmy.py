"""A small world for lemmy in which the contract is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from collectors.lemmy.collector import Lemmy
from groundswell.settings import Settings
from tests.collectors.asks import SINCE, ask, topic
from tests.collectors.sites.lemmy import LemmySite
from tests.conformance.case import HOSTILE, Case, changed, over


@contextmanager
def case(_: Path) -> Iterator[Case]:
    site = LemmySite()
    root = site.post(SINCE + timedelta(hours=1), "OpenAI")
    site.post(SINCE + timedelta(hours=2), HOSTILE, body=None)
    site.comment(SINCE + timedelta(days=2), "OpenAI, indeed", under=root)
    site.post(SINCE + timedelta(days=3), "OpenAI", removed=True)
    site.post(SINCE + timedelta(days=4), "OpenAI", ap_id=None)
    settings = Settings(**site.settings_changes())

    def grow(count: int, since: datetime) -> list[str]:
        step = timedelta(seconds=3_500) / max(count, 1)
        return site.publish(count, start=since + timedelta(seconds=1), step=step)

    with site.serving():
        yield Case(
            make=lambda http: Lemmy(settings, http),
            wanted=ask(topic("openai", lemmy=site.topic_options())),
            settings=settings,
            items=5,
            rejects=1,
            grow=grow,
            page_size=50,
            mend=lambda raw: changed(raw, "post", "ap_id", to="https://lemmy.example/post/9"),
            edit=lambda uri, text: site.edit(uri, text, SINCE + timedelta(days=10)),
            **over(site, "things"),
            end_account=site.end_account,
        )
