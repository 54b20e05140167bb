"""Counts a topic's posts in the tables that are written first, beside all questions of ours."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from groundswell.store.owner import Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The posts of a topic: in all, by what they read like, by target and stance, most by one
    account and in one hour, day or week."""

    posts: int
    accounts: int
    withheld: int
    loudest: int
    busiest: dict[str, int]
    sentiments: dict[str, int]
    stances: dict[str, dict[str, int]]


OURS = "CREATE OR REPLACE TEMP VIEW ours AS SELECT DISTINCT post_no FROM matches WHERE topic = '{}'"
ALL = """
    SELECT count(*), count(DISTINCT author_no), count(withheld)
    FROM posts SEMI JOIN ours USING (post_no)
"""
LOUDEST = """
    SELECT count(*) FROM posts SEMI JOIN ours USING (post_no)
    WHERE author_no IS NOT NULL GROUP BY author_no ORDER BY 1 DESC LIMIT 1
"""
BUSIEST = """
    SELECT count(*) FROM posts SEMI JOIN ours USING (post_no)
    GROUP BY date_trunc($bucket, posted_at) ORDER BY 1 DESC LIMIT 1
"""
READ = """
    SELECT label, count(*) FROM (
        SELECT coalesce(max(label) FILTER (WHERE model = 'lite'), max(label)) AS label
        FROM scores SEMI JOIN ours USING (post_no)
        WHERE target IS NULL AND model IN ('lite', 'vader') GROUP BY post_no
    ) GROUP BY label
"""
TOWARDS = """
    SELECT target, label, count(DISTINCT post_no)
    FROM scores SEMI JOIN ours USING (post_no)
    WHERE target IS NOT NULL GROUP BY target, label
"""


@cache
def counted(owner: Owner, topic: str) -> Counted:
    """See ``Counted``. One version of each model must have read the posts."""
    with owner.read(60) as cursor:

        def ask(sql: str, **more: str) -> list[Any]:
            return cursor.execute(sql, more).fetchall()

        ask(OURS.format(topic))
        ((posts, accounts, withheld),) = ask(ALL)
        stances: dict[str, dict[str, int]] = {}
        for target, label, n in ask(TOWARDS):
            stances.setdefault(target, dict.fromkeys(("against", "favor"), 0))[label] = n
        return Counted(
            posts=posts,
            accounts=accounts,
            withheld=withheld,
            loudest=ask(LOUDEST)[0][0],
            busiest={by: ask(BUSIEST, bucket=by)[0][0] for by in ("hour", "day", "week")},
            sentiments=dict(ask(READ)),
            stances=stances,
        )
