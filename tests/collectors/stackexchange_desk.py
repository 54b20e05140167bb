"""A Stack Exchange collector on the fake site, and a home for what it keeps."""

from pathlib import Path
from typing import Any

from collectors._http import Http
from collectors.stackexchange.collector import StackExchange
from groundswell.settings import Settings
from tests.collectors.asks import NOW, SINCE, topic
from tests.collectors.clock import Clock
from tests.collectors.sites.stackexchange import StackExchangeSite

START_S, NOW_S = int(SINCE.timestamp()), int(NOW.timestamp())
OPENAI = topic("openai", stackexchange={"sites": ["ai"]})


def collector(
    site: StackExchangeSite, home: Path, clock: Clock | None = None, **settings: Any
) -> StackExchange:
    """The collector pointed at the fake site, with a clock that does not wait."""
    clock = clock or Clock()
    own = Settings(home=home, **site.settings_changes(), **settings)
    return StackExchange(own, Http(own, source="stackexchange", sleep=clock.sleep, now=clock.now))


def asked(site: StackExchangeSite, path: str) -> list[dict[str, str]]:
    """The parameters of each request for ``path``, in order."""
    calls = [call for call in site.web.calls if call.path.startswith(f"/2.3/{path}")]
    return [{name: values[0] for name, values in call.query.items()} for call in calls]
