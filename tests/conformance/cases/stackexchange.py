"""A small world for stackexchange in which the contract is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from collectors._http import Http
from collectors.stackexchange.api import Api
from collectors.stackexchange.collector import StackExchange
from groundswell.settings import Settings
from tests.collectors.asks import SINCE, ask, topic
from tests.collectors.sites.stackexchange import StackExchangeSite
from tests.conformance.case import CANARY, HOSTILE, Case, changed, growing, over


def _penniless(settings: Settings, http: Http) -> StackExchange:
    """On a day whose requests are all used up."""
    budget = Api(http, settings)._budget
    budget.reserve(budget.left())
    return StackExchange(settings, http)


@contextmanager
def case(home: Path) -> Iterator[Case]:
    start = int(SINCE.timestamp())
    site = StackExchangeSite()
    root = site.question(start + 5, "Is OpenAI down?", "<p>For me.</p>")
    site.answer(start + 60, root["question_id"], "<p>OpenAI says so.</p>")
    site.question(start + 90, HOSTILE, "<script>alert(1)</script><p>OpenAI</p>", score=-3)
    site.comment(start + 99, root["question_id"], "OpenAI again", owner=None)
    gone = {"user_type": "does_not_exist", "display_name": "sample-user-20"}
    site.answer(start + 70, root["question_id"], "<p>OpenAI</p>", owner=gone)
    site.comment(start + 100, root["question_id"], "")
    settings = Settings(home=home, stackexchange_key=SecretStr(CANARY), **site.settings_changes())

    with site.serving():
        yield Case(
            make=lambda http: StackExchange(settings, http),
            wanted=ask(topic("openai", stackexchange=site.topic_options())),
            settings=settings,
            items=6,
            rejects=1,
            grow=growing(site.publish),
            page_size=100,
            mend=lambda raw: changed(raw, "body", to="OpenAI, mended"),
            penniless=lambda http: _penniless(settings, http),
            edit=site.edit,
            **over(site, "posts", "comments"),
            end_account=site.end_account,
        )
