"""A small world for x in which the contract is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from collectors.x.collector import X
from groundswell.settings import Settings
from tests.collectors.asks import NOW, ask, topic
from tests.collectors.sites.x import XSite
from tests.conformance.case import CANARY, HOSTILE, Case, changed, growing, over

SINCE = NOW - timedelta(days=3)


@contextmanager
def case(home: Path) -> Iterator[Case]:
    site = XSite(NOW + timedelta(days=1))
    site.token = CANARY
    site.post(SINCE + timedelta(seconds=5), "Is OpenAI down?")
    site.post(SINCE + timedelta(seconds=90), HOSTILE, public_metrics={})
    site.post(SINCE + timedelta(hours=1), "OpenAI", id="no number")
    site.post(SINCE + timedelta(hours=2), "openai", lang="qme")
    settings = Settings(home=home, x_authors=True, **site.settings_changes())

    with site.serving():
        yield Case(
            make=lambda http: X(settings, http),
            wanted=ask(topic("openai", x=site.topic_options()), since=SINCE),
            settings=settings,
            items=4,
            rejects=1,
            grow=growing(site.publish),
            page_size=100,
            mend=lambda raw: changed(raw, "id", to="1888000000000000001"),
            penniless=lambda http: X(settings.model_copy(update={"x_budget_usd": 0.001}), http),
            edit=site.edit,
            **over(site, "posts"),
        )
