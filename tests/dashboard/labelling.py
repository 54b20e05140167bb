"""A home whose posts speak of a target, as a model read them, for those who label them."""

from pathlib import Path
from typing import Any

from groundswell.spool import Spool
from tests.dashboard import stories
from tests.groundswell.store.making import batch, post, read, scored

TARGET = "OpenAI"
AUTHOR = "sample-writer"


def fill(home: Path, posts: int = 30, **changes: Any) -> None:
    """Leaves ``posts`` posts by as many accounts in the spool, read against, none or in favor."""
    made = [
        read(
            scored(
                post(
                    n,
                    author_id=f"{AUTHOR}-{n}",
                    author=f"{AUTHOR}-{n}",
                    author_name=f"{AUTHOR}-{n}",
                    **{"text": f"Take {n} on the story"} | changes,
                ),
                topics=(stories.SLUG,),
            ),
            {TARGET: ("against", "none", "favor")[n % 3]},
        )
        for n in range(posts)
    ]
    Spool(home, limit_bytes=10**9).write(
        batch(0, made, topic=stories.SLUG, targets={stories.SLUG: [TARGET]})
    )
