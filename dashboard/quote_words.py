"""What the page says of quotations: where each comes from, and how they were chosen."""

from dashboard.post_card import Row
from dashboard.words import NOTHING, many, moment, number
from groundswell.store.quotes import LEAST_WORDS

METHOD = (
    "The stance is the model's reading of each post, not corrected: read a post and what it "
    "answers before you quote it. Ranked by the square of that reading's confidence, times one "
    "plus the logarithm of one plus likes, reposts, replies and quotes as last seen; where a "
    "source gives no counts, the mean of those logarithms stands for them. One post an account, "
    f"the first of those that say nearly the same, at least {LEAST_WORDS} words of its own; no "
    "headline passed on without a word, no withheld post, nobody who asked not to be found. What "
    "was deleted or hidden is taken off this page once we learn of it."
)


def sure(confidence: float | None) -> str:
    """``confidence 0.92``, of 1."""
    return f"confidence {NOTHING if confidence is None else f'{confidence:.2f}'}"


def provenance(post: Row) -> str:
    """When it was first seen, since when its words are kept, when it was last found there, and
    whether it is known to have changed."""
    return f"{_seen(post)}. {changes(post)}"


def changes(post: Row) -> str:
    """Whether other versions are known, by what we saw and by what the site says."""
    said = []
    if post["edits"]:
        when = moment(post["replaced_at"])
        said.append(f"Edited: {many(post['edits'], 'other version')} known, the last met {when}")
    if post["edited_at"]:
        said.append(f"The site says it was edited {moment(post['edited_at'])}")
    # Posts that went are shown nowhere, so whatever stands here is not known to have gone.
    said.append(f"Not known to be deleted {'' if said else 'or edited '}since")
    if post["text_truncated"]:
        said.append("The source gives only the beginning of its text")
    return ". ".join([*said, ""]).strip()


def _seen(post: Row) -> str:
    first, words, last = post["first_seen_at"], post["wording_at"], post["last_seen_at"]
    kept = "archived with the site's own answer" if post["raw"] else "its text archived"
    if first == last:
        return f"Seen {moment(first)}, {kept}, and not looked at again"
    when = "then" if words == first else f"{moment(words)} in these words"
    return f"First seen {moment(first)}, {kept} {when}; last seen there {moment(last)}"


def answered(post: Row) -> str:
    """``In reply to Sample 3 (sample-user-3):``, or that it is not kept here."""
    if not post["parent_text"]:
        return "In reply to a post that is not kept here."
    name, handle = post["parent_name"], post["parent_author"]
    both = f"{name} ({handle})" if name and handle and name != handle else name or handle
    return f"In reply to {both}:" if both else "In reply to a post whose author is not named:"


def copies(posts: int) -> str:
    """``said nearly so by 12 posts, this one first``; empty where no other says so."""
    if posts < 2:
        return ""
    return f"said nearly so by {number(posts)} posts, this one first"
