"""One post met on several servers, or by several questions, in one run: what of it is news."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Sighting:
    counts: dict[str, int]
    version: str


@dataclass(slots=True)
class Sightings:
    """Posts by their address. Each server counts only what it saw, so the highest count is kept."""

    _known: dict[str, _Sighting] = field(default_factory=dict)

    def counts(self, uri: str | None) -> dict[str, int]:
        """The highest counts of a post so far, by their names in ``Post``; none if not met."""
        known = self._known.get(uri or "")
        return dict(known.counts) if known else {}

    def is_news(self, uri: str | None, counts: Mapping[str, int], version: str | None) -> bool:
        """Whether a post is met for the first time, or with a higher count or a later version, and
        remembers it. What has no address is always news: it will be rejected."""
        if uri is None:
            return True
        known = self._known.get(uri)
        if known is None:
            self._known[uri] = _Sighting(dict(counts), version or "")
            return True
        higher = {name: n for name, n in counts.items() if n > known.counts.get(name, -1)}
        is_later = (version or "") > known.version
        known.counts |= higher
        known.version = max(version or "", known.version)
        return bool(higher) or is_later
