"""Takes posts out of what is shown, and puts them back, as their sites say; every row stays."""

from collections.abc import Sequence
from datetime import datetime

from duckdb import DuckDBPyConnection

from groundswell.spool import Envelope
from groundswell.store.erase import retell
from groundswell.store.sql import question, step


def hide(
    con: DuckDBPyConnection, envelopes: Sequence[Envelope], *, any_posts: bool, now: datetime
) -> frozenset[str]:
    """Notes marks and missing posts of ``envelopes``, then hides and shows what they and the posts
    of this group call for (temporary table ``met``, when ``any_posts``); the topics that changed.

    The latest mark stands, whatever came first. A post is hidden by its own mark, by its account's,
    or when it was missing twice, two hours apart, and not seen since. The caller holds the
    transaction, and the posts are stored already.
    """
    marks = [mark for envelope in envelopes for mark in envelope.hidings]
    missing = [one for envelope in envelopes for one in envelope.missing]
    if not (marks or missing or (any_posts and con.execute(question("any_marks")).fetchall())):
        return frozenset()
    con.execute(
        step("marked"),
        {
            "sources": [mark.source for mark in marks],
            "uris": [mark.uri for mark in marks],
            "author_ids": [mark.author_id for mark in marks],
            "reasons": [mark.reason for mark in marks],
            "lifted": [mark.lifted for mark in marks],
            "seen_ats": [mark.seen_at for mark in marks],
            "now": now,
        },
    )
    con.execute(
        step("unfound"),
        {
            "sources": [one.source for one in missing],
            "uris": [one.uri for one in missing],
            "seen_ats": [one.seen_at for one in missing],
        },
    )
    for name in (
        *("note_marks", "note_missing", *(() if any_posts else ("nothing_met",))),
        *("turned", "touch_turned"),
    ):
        con.execute(step(name))
    return retell(con, "turn").topics
