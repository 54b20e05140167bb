"""A small world for discourse in which the contract is tried."""

import html
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from collectors.discourse.collector import Discourse
from groundswell.settings import Settings
from tests.collectors.asks import SINCE, ask, topic
from tests.collectors.sites.discourse import DiscourseSite
from tests.collectors.web import Reply
from tests.conformance.case import HOSTILE, Case, changed, noting


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

    def spoil(reply: Reply) -> None:
        site.faults = [reply] * 200

    def stumble(replies: Sequence[Reply]) -> None:
        site.faults = list(replies)

    def grow(count: int, since: datetime) -> list[str]:
        return site.publish(count, start=since, step=3_500 / max(count, 1))

    with site.serving():
        yield Case(
            make=lambda http: Discourse(settings, http),
            wanted=ask(topic("openai", discourse=site.topic_options())),
            settings=settings,
            items=5,
            rejects=1,
            spoil=spoil,
            stumble=stumble,
            grow=grow,
            page_size=20,
            mend=lambda raw: changed(raw, "cooked", to="<p>OpenAI, mended</p>"),
            remove=site.remove,
            edit=site.edit,
            noted=noting(site, "posts"),
            end_account=site.end_account,
        )
