"""An item from quarantine, to be read again as if it came alone."""

from typing import Any

from collectors._wire_json import read_json, write_json
from groundswell.source import Collector, Page, SetAside


def alone(
    source: Collector, kept: SetAside, body: Any, context: dict[str, Any] | None = None
) -> Page:
    """The page of ``source`` that holds ``body`` and was fetched when ``kept`` was seen."""
    return Page(
        source=source.name,
        route=source.route,
        url=kept.url or "",
        fetched_at=kept.seen_at,
        body=body,
        instance=kept.instance,
        context=context or {},
    )


def item_of(kept: SetAside) -> Any:
    """The item as JSON; None for what is no JSON, which no reader takes for an item."""
    try:
        return read_json(kept.raw)
    except ValueError:
        return None


def context_of(kept: SetAside) -> dict[str, Any]:
    """What the source put beside the item; empty when it put nothing."""
    try:
        said = read_json((kept.context or "null").encode())
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def context_text(values: dict[str, Any]) -> str:
    """What ``context_of`` reads, for ``Rejected.context``."""
    return write_json(values).decode("utf-8", "replace")
