"""Every text of a post made storable: one lone surrogate would cost the whole batch."""

from dataclasses import replace
from typing import Any

from groundswell.post import Post
from groundswell.text import clean_text


def cleaned(post: Post) -> Post:
    """``post`` with each of its texts through ``clean_text``; cleaning twice changes nothing."""
    changes: dict[str, Any] = {}
    for name in Post.__dataclass_fields__:
        value = getattr(post, name)
        if isinstance(value, str):
            text, cut = clean_text(value)
            changes[name] = text
            if name == "text" and cut:
                changes["text_truncated"] = True
        elif isinstance(value, tuple):
            changes[name] = tuple(clean_text(entry)[0] for entry in value)
    return replace(post, **changes)
