"""A small world for discourse in which the contract is tried."""

import html
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from collectors.discourse.collector import Discourse
from groundswell.settings import Settings
from tests.collectors.asks import SINCE, ask, topic
from tests.collectors.sites.discourse import DiscourseSite
from tests.conformance.case import HOSTILE, Case, changed, growing, over


@contextmanager
def case(home: Path) -> Iterator[Case]:
    site = DiscourseSite()
    talk = site.topic("Is OpenAI down?")
    site.post(talk, SINCE + timedelta(seconds=5), "<p>For me.</p>")
    hostile = f"<script>alert(1)</script><p>{html.escape(HOSTILE)}</p>"
    site.post(talk, SINCE + timedelta(seconds=9), hostile, actions_summary=None)
    site.post(talk, SINCE + timedelta(seconds=11), "<p>OpenAI</p>", cooked_hidden=True)
    site.post(talk, SINCE + timedelta(seconds=12), "<p>closed this</p>", post_type=3)
    site.post(talk, SINCE + timedelta(seconds=13), "")
    site.post(talk, SINCE + timedelta(days=11), "<p>OpenAI, still</p>", reply_to_post_number=2)
    settings = Settings(home=home, **site.settings_changes())

    with site.serving():
        yield Case(
            make=lambda http: Discourse(settings, http),
            wanted=ask(topic("openai", discourse=site.topic_options())),
            settings=settings,
            items=5,
            rejects=1,
            grow=growing(site.publish),
            page_size=20,
            mend=lambda raw: changed(raw, "cooked", to="<p>OpenAI, mended</p>"),
            edit=site.edit,
            **over(site, "posts"),
            end_account=site.end_account,
        )
