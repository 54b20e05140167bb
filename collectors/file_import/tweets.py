"""Unfolds posts of X as twarc and 4CAT keep them: authors and quoted posts put back in place.

The result has the column names of twarc-csv, so that one layout reads all forms
(DocNow/twarc ``expansions.py`` and DocNow/twarc-csv ``dataframe_converter.py``, read 2026-11).
"""

from collections.abc import Iterable
from typing import Any

_PAGE_MARKS = frozenset({"includes", "meta", "__twarc", "matching_rules"})
_ENTITIES = {"hashtags": "tag", "mentions": "username", "urls": "expanded_url"}


def is_page(value: Any) -> bool:
    """Whether ``value`` is one answer of the service: results with what they refer to."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("data"), list | dict)
        and not _PAGE_MARKS.isdisjoint(value)
    )


def is_tweet(item: dict[str, Any]) -> bool:
    """Whether ``item`` is a post of X in the form of its second interface."""
    return {"id", "text", "author_id"} <= item.keys()


def of_page(page: dict[str, Any]) -> list[dict[str, Any]]:
    """The results of a page, each with its author and the posts it refers to inside."""
    includes = page.get("includes")
    included = includes if isinstance(includes, dict) else {}
    users = {user.get("id"): user for user in _objects(included.get("users"))}
    others = {post.get("id"): post for post in _objects(included.get("tweets"))}
    data = page["data"]
    return [
        _joined(post, users, others) for post in _objects(data if type(data) is list else [data])
    ]


def with_references(tweet: dict[str, Any]) -> dict[str, Any]:
    """The post with its references by kind, plain lists of tags, names and links, and 4CAT's
    ``author_user`` under the name ``author``."""
    shaped = {k: v for k, v in tweet.items() if k not in ("author_user", "referenced_tweets")}
    shaped["author"] = tweet.get("author") or tweet.get("author_user") or {}
    references = list(_objects(tweet.get("referenced_tweets")))
    shaped["referenced_tweets"] = {
        str(r.get("type")): {"id": r.get("id"), "text": r.get("text")} for r in references
    }
    shaped["entities"] = _entities(tweet.get("entities"))
    return shaped


def _joined(post: dict[str, Any], users: dict[Any, Any], others: dict[Any, Any]) -> dict[str, Any]:
    references = [
        {**reference, "text": others.get(reference.get("id"), {}).get("text")}
        for reference in _objects(post.get("referenced_tweets"))
    ]
    author = users.get(post.get("author_id")) or post.get("author") or {}
    return {**post, "author": author, "referenced_tweets": references}


def _entities(entities: Any) -> dict[str, list[Any]]:
    found = entities if isinstance(entities, dict) else {}
    return {
        kind: [entry[key] for entry in _objects(found.get(kind)) if entry.get(key)]
        for kind, key in _ENTITIES.items()
    }


def _objects(values: Any) -> Iterable[dict[str, Any]]:
    return (v for v in values if isinstance(v, dict)) if isinstance(values, list) else ()
