"""Any source, aimed at an address: by every setting and every option of a topic that holds one."""

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from collectors import SOURCES
from collectors._http import Http
from groundswell.errors import GroundswellError
from groundswell.settings import Settings
from groundswell.source import Collector
from tests.collectors.asks import ask, topic
from tests.collectors.clock import Clock

NO_NETWORK = {"import": "a local file, no network"}
# Beside addresses, what a source wants to be told before it asks anything.
OPTIONS = {
    "subreddits": ["samples"],
    "videos": ["sample-vid1"],
    "sites": ["ai"],
    "tags": ["openai"],
}


def settings_at(home: Path, address: str, **changes: Any) -> Settings:
    """Every address of the settings is ``address`` (a stream's with ws), every secret is set."""
    values: dict[str, Any] = {"home": home, "request_tries": 2, "x_budget_usd": 1_000.0}
    values |= {"request_rate_per_s": 1e6}
    for name, field in Settings.model_fields.items():
        if name.endswith(("_url", "_urls")):
            own = address.replace("http", "ws", 1) if name.startswith("jetstream") else address
            values[name] = (own,) if name.endswith("_urls") else own
        elif field.annotation == SecretStr | None:
            values[name] = SecretStr(canary_of(name))
        elif name.endswith(("_handle", "_client_id")):
            values[name] = "sample-app"
    return Settings(**{**values, **changes})


def canary_of(name: str) -> str:
    """The value that the secret setting ``name`` is set to."""
    return f"canary-{name.replace('_', '-')}-5a6b7c8d"


async def aimed(name: str, home: Path, address: str) -> GroundswellError | None:
    """How a run of the source ends that is aimed at ``address``; None: well."""
    try:
        settings = settings_at(home, address)
        options = {**OPTIONS, "feeds": [address], "instances": [address]}
        clock = Clock()
        async with Http(settings, source=name, sleep=clock.sleep, now=clock.now) as http:
            collector: Collector = SOURCES[name](settings, http)
            async for page in collector.pages(ask(topic("openai", None, **{name: options}))):
                assert "secret of the inside" not in repr(page)
    except GroundswellError as error:
        return error
    return None
