"""What a run knows that an answer does not say, and what a topic chose, to read statuses with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from groundswell.query import Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a topic may say of whom to take: ``unlisted`` posts too, and of authors only those who
    are ``indexable_only`` with their words."""

    unlisted: bool = False
    indexable_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What ``pages()`` knows that a page does not say. ``domain`` stands behind the @ of members;
    ``uris`` are the addresses of statuses by id; ``most`` the highest counts seen of a uri on other
    servers; ``query`` decides what of withheld posts counts (None: all)."""

    domain: str | None = None
    uris: Mapping[str, str] = field(default_factory=dict)
    most: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    query: Query | None = None
    options: Options = Options()
