"""The filters in force as a reader sees them: accounts and narratives by their names."""

from dashboard import narrative_answers, state, voice_answers, words
from dashboard.narrative_choice import Narrative
from dashboard.state import Look


def said(look: Look) -> list[str]:
    """``state.chosen`` with names, which are strangers' words; empty when nothing is filtered."""
    return state.chosen(look.filters, _account(look), _narrative(look))


def narrative_of(look: Look) -> Narrative | None:
    """The narrative filtered for; None without such a filter, or when it has ended."""
    slug, narrative = look.topic.slug, look.filters.narrative
    return narrative_answers.of_id(slug, narrative, look.version) if narrative else None


def _account(look: Look) -> str | None:
    """What the account filtered for is called. None without such a filter."""
    if not look.filters.author:
        return None
    found = voice_answers.account(look.filters.author, look.version)
    if found is None:
        return f"{look.filters.author}, an account that is not known here or not to be named"
    names = [one for one in (found.author_name, found.author) if one]
    called = f"{names[0]} ({names[1]})" if len(names) == 2 else "".join(names)
    return f"{called} on {words.source_name(found.source)}"


def _narrative(look: Look) -> str | None:
    """What the narrative filtered for is called, and that all its posts are of one side. None
    without such a filter."""
    if not look.filters.narrative:
        return None
    found = narrative_of(look)
    if found is None:
        return "a narrative that has ended, or was never there"
    side = "against" if found.side == "against" else "in favor of"
    return f"the narrative {found.name}, all {side} {found.target}"
