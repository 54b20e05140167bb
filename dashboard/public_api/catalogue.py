"""What scripts can ask, as one table that makes the routes, checks questions, describes them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dashboard.public_api import parameters as p
from dashboard.public_api import tables
from dashboard.public_api.asking import Asked
from dashboard.public_api.parameters import Parameter, Schema
from dashboard.public_api.tables import Table
from groundswell.store.reading import Cursor

_KINDS: dict[str, Schema] = {
    "text": {"type": ["string", "null"]},
    "count": {"type": ["integer", "null"], "minimum": 0},
    "number": {"type": ["number", "null"]},
    "share": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
    "time": {"type": ["string", "null"], "format": "date-time"},
    "yes_no": {"type": ["boolean", "null"]},
    "texts": {"type": ["array", "null"], "items": {"type": "string"}},
}

Columns = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked at ``path`` below ``/api/v1``. ``columns``: of each row the name, then its kind
    and its meaning; null is unknown. ``more``: the same of what stands beside the rows in JSON."""

    path: str
    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    columns: Columns
    ask: Callable[[Cursor, Asked], Table]
    more: Columns

    @property
    def schema(self) -> Schema:
        """Of one row, as JSON Schema."""
        return schema_of(self.columns)


def schema_of(columns: Columns) -> Schema:
    """JSON Schema of an object with exactly ``columns``."""
    properties = {
        name: {**_KINDS[kind], "description": means} for name, (kind, means) in columns.items()
    }
    return {
        "type": "object",
        "properties": properties,
        "required": list(columns),
        "additionalProperties": False,
    }


_BUCKET: Columns = {
    "bucket": ("text", "Width of a bucket: hour, day or week; null without posts."),
    "clipped": ("yes_no", "Whether earlier buckets exist and are left out."),
}
TOPIC_COLUMNS: Columns = {
    "topic": ("text", "Its name in addresses."),
    "title": ("text", "Its title; null for a file that cannot be read."),
    "synthetic": ("yes_no", "Whether a program made up its posts: nothing of them is a finding."),
    "targets": ("texts", "Of whom posts may speak."),
    "sources": ("texts", "The sources that its file names."),
    "version": ("count", "Rises whenever its posts change; 0 before the first."),
}
_TOTALS: Columns = {
    "posts": ("count", "Posts."),
    "authors": ("count", "Distinct known accounts."),
    "scored": ("count", "Posts with a sentiment."),
    "not_scored": ("count", "Posts without."),
    "measured": ("count", "Posts with a compound score."),
    "negative": ("count", "Posts that read negative."),
    "neutral": ("count", "Posts that read neutral."),
    "positive": ("count", "Posts that read positive."),
    "mean_compound": ("number", "Mean compound score, -1 to 1."),
    "se_compound": ("number", "Its standard error, as if posts were independent."),
    "skewed": ("count", "Posts that claim a time that cannot be trusted."),
    "withheld": ("count", "Posts counted without text and author."),
    "first_at": ("time", "Time of the first post, UTC."),
    "last_at": ("time", "Time of the last post, UTC."),
}
_TIMELINE: Columns = {
    "bucket_start": ("time", "Beginning of the bucket, UTC."),
    "source": ("text", "Source."),
    "posts": ("count", "Posts; null where nothing was read."),
    "read": ("text", "Whether the time was read: yes, in part or no."),
    "negative": ("count", "Posts that read negative."),
    "neutral": ("count", "Posts that read neutral."),
    "positive": ("count", "Posts that read positive."),
    "not_scored": ("count", "Posts without a sentiment."),
    "measured": ("count", "Posts with a compound score."),
    "mean_compound": ("number", "Mean compound score, -1 to 1."),
}
_STANCE: Columns = {
    "target": ("text", "Towards whom."),
    "bucket": ("text", "hour, day or week; all: the whole of the time, counted together."),
    "bucket_start": ("time", "Beginning of the bucket, UTC; null for the whole."),
    "posts": ("count", "Posts that speak of the target; null where nothing was read."),
    "authors": ("count", "Distinct accounts that wrote them."),
    "against": ("count", "Posts that the model reads as against the target."),
    "none": ("count", "Posts that take no side."),
    "favor": ("count", "Posts in favor."),
    "not_scored": ("count", "Posts that could not be read."),
    "share": ("share", "Share against, of all posts that speak of the target."),
    "low": ("share", "Lower end of its 95 % interval."),
    "high": ("share", "Upper end of its 95 % interval."),
    "corrected": (
        "yes_no",
        "Whether the share is corrected for the model's errors by labels; false: as the model "
        "says.",
    ),
    "labels": ("count", "Labelled posts behind the whole; null for a bucket."),
    "why_no_band": ("text", "Why there is no interval."),
}
_NARRATIVES: Columns = {
    "target": ("text", "About whom."),
    "narrative": ("text", "Its id, which lasts while most of its posts stay together."),
    "side": ("text", "against or favor."),
    "terms": ("texts", "Words that set it apart."),
    "posts": ("count", "Posts that make the argument, copies too."),
    "authors": ("count", "Distinct known accounts."),
    "side_posts": ("count", "All posts of its side."),
    "first_at": ("time", "Its first post, UTC."),
    "last_at": ("time", "Its last post, UTC."),
    "recent": ("count", "Its posts in the last period_h hours."),
    "before": ("count", "Its posts in as many hours before."),
    "period_h": ("count", "Hours."),
    "typical": ("text", "Text of the post nearest to its middle."),
    "counter": ("text", "Id of the narrative of the other side that answers it."),
    "nearness": ("number", "How near that is, -1 to 1."),
    "merged": ("texts", "Ids that went into it."),
    "split_from": ("text", "Id from which it parted."),
    "found_at": ("time", "When it was first found, UTC."),
}
_POSTS: Columns = {
    "source": ("text", "Source."),
    "uri": ("text", "Its address at the source; masked where the author must not be found."),
    "url": ("text", "Page of the post."),
    "author": ("text", "Handle; null where unknown, or where the author must not be named."),
    "author_name": ("text", "Display name, likewise."),
    "posted_at": ("time", "The time charts use, UTC."),
    "created_at": ("time", "The time it claims, UTC."),
    "first_seen_at": ("time", "When it was first seen, UTC."),
    "text": ("text", "Its text."),
    "lang": ("text", "Detected language."),
    "reply_to": ("text", "Address of the post it answers."),
    "quote_of": ("text", "Address of the post it quotes."),
    "likes": ("count", "As last seen; null: never said."),
    "reposts": ("count", "As last seen."),
    "replies": ("count", "As last seen."),
    "quotes": ("count", "As last seen."),
    "compound": ("number", "Compound score, -1 to 1."),
    "sentiment": ("text", "negative, neutral, positive or not_scored."),
    "irony": ("share", "Probability of irony."),
    "stance": ("text", "Towards the target that is asked for; null without one."),
    "confidence": ("share", "How sure that is."),
    "copies": ("count", "Posts of the topic that say nearly the same, with this one."),
    "skewed": ("yes_no", "Whether its claimed time cannot be trusted."),
    "withheld": ("text", "Why text and author are withheld; null: they are not."),
    "matched": ("text", "Topics that it matches, joined by |."),
}
_KEYWORDS: Columns = {
    "term": ("text", "Word or phrase."),
    "posts": ("count", "Posts that hold it."),
    "authors": ("count", "Distinct accounts that use it, five at least."),
    "background": ("count", "Posts of the baseline that hold it; null without one."),
    "z": ("number", "How far it stands out; null without a baseline."),
}
_COVERAGE: Columns = {
    "source": ("text", "Source."),
    "instance": ("text", "Server of it; null: all it has."),
    "route": ("text", "Way in."),
    "start": ("time", "Beginning, UTC."),
    "end": ("time", "End, not included, UTC."),
    "status": (
        "text",
        "complete; truncated, budget: in part; gap: not read; closed: by the site.",
    ),
    "reason": ("text", "Why not complete."),
    "found": ("count", "Posts found."),
    "dropped": ("count", "Of them not about the topic."),
    "pages": ("count", "Pages read."),
    "rejected": ("count", "Items that could not be read."),
    "requests": ("count", "Requests made."),
}
_PAGES: Columns = {
    "posts": ("count", "All posts of the question."),
    "page": ("count", "This page."),
    "per_page": ("count", "Posts on a page."),
    "pages": ("count", "Pages in all."),
}
_AGAINST: Columns = {
    "against": (
        "text",
        "What words are compared with: peak (the busiest bucket, against the time before), past, "
        "rest (of the topic), or none (then the most frequent words).",
    )
}

QUESTIONS = (
    Question(
        path="/{topic}/totals",
        name="totals",
        summary="Counts over all posts.",
        parameters=p.FILTERS,
        columns=_TOTALS,
        ask=tables.totals,
        more={},
    ),
    Question(
        path="/{topic}/timeline",
        name="timeline",
        summary="Posts over time, by source.",
        parameters=(*p.FILTERS, p.BUCKET),
        columns=_TIMELINE,
        ask=tables.timeline,
        more=_BUCKET,
    ),
    Question(
        path="/{topic}/stance",
        name="stance",
        summary="How posts stand towards each target, over time and as a whole, with intervals.",
        parameters=(*p.OF_ALL_STANCES, p.BUCKET),
        columns=_STANCE,
        ask=tables.stance,
        more={},
    ),
    Question(
        path="/{topic}/narratives",
        name="narratives",
        summary="The arguments made for and against each target.",
        parameters=p.FILTERS,
        columns=_NARRATIVES,
        ask=tables.narratives,
        more={},
    ),
    Question(
        path="/{topic}/posts",
        name="posts",
        summary="Posts, page by page.",
        parameters=(*p.FILTERS, p.ORDER, p.PAGE, p.PER_PAGE_),
        columns=_POSTS,
        ask=tables.posts,
        more=_PAGES,
    ),
    Question(
        path="/{topic}/keywords",
        name="keywords",
        summary="The words that stand out, as on the overview.",
        parameters=p.FILTERS,
        columns=_KEYWORDS,
        ask=tables.keywords,
        more=_AGAINST,
    ),
    Question(
        path="/{topic}/coverage",
        name="coverage",
        summary="The windows of time that sources were asked for, and what came of it.",
        parameters=(p.FROM, p.TO, p.SOURCE),
        columns=_COVERAGE,
        ask=tables.coverage,
        more={},
    ),
)
