"""Who of the authors on Mastodon does not want to be kept, and who not to be shown by name.

The profile says ``noindex``, or its text #nobot, #noindex or #noarchive: text and author go, the
post is counted. ``indexable`` false or absent (FEP-5feb: absent is no): label ``not-indexable``,
text may be scored and counted, the author is not to be shown.
"""

import re
from collections.abc import Mapping
from typing import Any

from collectors._fields import at, items, text
from groundswell.text import fold, html_to_text

NOT_INDEXABLE = "not-indexable"

_REFUSAL = re.compile(r"#(no(?:bots?|index|archive))\b")


def withheld_for(status: Mapping[str, Any]) -> str | None:
    """Why text and author must not be kept, None when they may: ``noindex`` or the tag written in
    the profile, without its sign."""
    account = status.get("account")
    if at(account, "noindex") is True:
        return "noindex"
    parts = [at(account, "display_name"), at(account, "note")]
    for field in items(at(account, "fields")):
        parts += [at(field, "name"), at(field, "value")]
    profile = fold(html_to_text(" ".join(part for part in parts if text(part))))
    refused = _REFUSAL.search(profile)
    return refused[1].replace("bots", "bot") if refused else None


def labels_of(status: Mapping[str, Any]) -> tuple[str, ...]:
    """What is to be known before a post is shown: ``not-indexable``, ``bot``, ``sensitive``,
    ``unlisted``."""
    account = status.get("account")
    told = {
        NOT_INDEXABLE: at(account, "indexable") is not True,
        "bot": at(account, "bot") is True,
        "sensitive": status.get("sensitive") is True,
        "unlisted": status.get("visibility") == "unlisted",
    }
    return tuple(label for label, holds in told.items() if holds)
