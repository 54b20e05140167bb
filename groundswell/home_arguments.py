"""How a command gets at what is argued in a topic: from the database, or from its owner."""

from datetime import datetime
from typing import Any

from groundswell.home import PAGE_LIMIT_S, Asking, either
from groundswell.settings import Settings
from groundswell.store import narratives, topic_labels
from groundswell.store.filters import Filters
from groundswell.store.narratives import NarratingState
from groundswell.store.rows import json_records

__all__ = [
    "NarratingState",
    "narrating_state",
    "narrative_material",
    "narratives_told",
    "topic_labels_of",
]


def narrating_state(settings: Settings, topic: str, target: str, version: str) -> NarratingState:
    """Whether the narratives about ``target`` are told; see ``groundswell.store.narratives``."""

    def from_owner(ask: Asking) -> NarratingState:
        asked = {"topic": topic, "target": target, "version": version}
        return NarratingState(**ask("/api/narratives/state", asked).json())

    return either(
        settings,
        lambda cur: narratives.state(cur, topic, target, version),
        from_owner,
        PAGE_LIMIT_S,
    )


def narrative_material(
    settings: Settings, topic: str, target: str, limit: int
) -> dict[str, list[dict[str, Any]]]:
    """The posts that take a side towards ``target``, and its narratives so far; see
    ``groundswell.store.narratives.material``. Times are aware."""

    def from_owner(ask: Asking) -> dict[str, list[dict[str, Any]]]:
        asked = {"topic": topic, "target": target, "limit": limit}
        found: dict[str, list[dict[str, Any]]] = ask("/api/narratives/material", asked).json()
        for post in found["posts"]:
            for name in ("seen_at", "posted_at"):
                post[name] = datetime.fromisoformat(post[name])
        return found

    return either(
        settings,
        lambda cur: narratives.material(cur, topic, target, limit),
        from_owner,
        PAGE_LIMIT_S,
    )


def narratives_told(settings: Settings, topic: str, target: str) -> list[dict[str, Any]]:
    """One record a narrative about ``target``, the largest of each side first; the columns of
    ``groundswell.store.narratives.narratives``, times as ISO 8601."""

    def from_owner(ask: Asking) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = ask(
            "/api/narratives", {"topic": topic, "target": target}
        ).json()
        return rows

    return either(
        settings,
        lambda cur: json_records(narratives.narratives(cur, Filters(topic=topic), target)),
        from_owner,
        PAGE_LIMIT_S,
    )


def topic_labels_of(settings: Settings, topic: str, target: str) -> list[dict[str, Any]]:
    """Which posts drawn for ``target`` people say are of the topic; see
    ``groundswell.store.topic_labels``."""

    def from_owner(ask: Asking) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = ask(
            "/api/topic-labels", {"topic": topic, "target": target}
        ).json()
        return rows

    return either(
        settings, lambda cur: topic_labels.labels(cur, topic, target), from_owner, PAGE_LIMIT_S
    )
