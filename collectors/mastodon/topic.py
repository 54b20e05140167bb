"""What a topic says of Mastodon: which instances to ask for which tags, and whom to take."""

from collectors._instances import bases_of
from collectors.mastodon.instance import SOURCE
from collectors.mastodon.sight import Options
from groundswell.errors import TopicError
from groundswell.topic import SourceOptions, Topic


def wanted(topic: Topic) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Base addresses and tags of a topic, each once. Raises ``TopicError`` when one is missing."""
    options = topic.sources.get(SOURCE) or SourceOptions()
    bases = bases_of(options.instances)
    tags = tuple(dict.fromkeys(tag.strip().lstrip("#").lower() for tag in options.tags))
    if not bases or not all(tags) or not tags:
        raise TopicError(
            f"The topic {topic.slug!r} does not say what to read on Mastodon. Write "
            '[sources.mastodon] with instances = ["mastodon.social"] and tags = ["openai"] in its '
            "file."
        )
    return bases, tags


def options_of(topic: Topic) -> Options:
    """Whom to take, as the topic says. Raises ``TopicError`` for anything but true and false."""
    own = topic.sources.get(SOURCE)
    said = (own.model_extra or {}) if own else {}
    chosen = {name: said[name] for name in ("unlisted", "indexable_only") if name in said}
    for name, value in chosen.items():
        if not isinstance(value, bool):
            raise TopicError(f"sources.mastodon.{name} is neither true nor false: {value!r}.")
    return Options(**chosen)
