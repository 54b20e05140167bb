"""How the commands read posts: towards the targets of their topics, knowing what is stored."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from groundswell import home, scoring
from groundswell.commands.options import ends_in_order, say
from groundswell.errors import HomeIsOwned, StoreError
from groundswell.run import Reader
from groundswell.scoring.crew import Crew, cores, crew
from groundswell.scoring.hub import HubModel
from groundswell.settings import Settings
from groundswell.topic import Target, Topic


def reader(settings: Settings, topics: Sequence[Topic], others: Crew | None = None) -> Reader:
    """Reads posts towards the targets of ``topics``; what a post answers is looked up in the home
    where it is needed. With ``others`` a backlog is shared."""
    return scoring.reader(joined(topics), _texts_of(settings), others, hub_of(settings))


@contextmanager
def backlog_reader(settings: Settings, topics: Sequence[Topic]) -> Iterator[Reader]:
    """As ``reader``, on all cores, until the block ends; SIGTERM ends it as Ctrl-C does."""
    with ends_in_order(), crew(workers(settings)) as others:
        yield reader(settings, topics, others)


def hub_of(settings: Settings) -> HubModel | None:
    """The model of the user's own that the settings name, None if they name none."""
    if settings.model is None:
        return None
    return HubModel(name=settings.model, languages=settings.model_languages)


def workers(settings: Settings) -> int:
    """How many processes read a backlog. A model of the user's own is large and uses all cores by
    itself."""
    return cores() if settings.model is None else 1


def joined(topics: Sequence[Topic]) -> tuple[Target, ...]:
    """The targets of all ``topics``; one that several name has the aliases of all."""
    known: dict[str, dict[str, None]] = {}
    for topic in topics:
        for target in topic.targets:
            known.setdefault(target.name, {}).update(dict.fromkeys(target.aliases))
    return tuple(Target(name=name, aliases=tuple(aliases)) for name, aliases in known.items())


def _texts_of(settings: Settings) -> Callable[[str, Sequence[str]], Mapping[str, str]]:
    """Asks the home once more after each failure; what is not known only costs a few mentions."""
    said: list[str] = []

    def ask(source: str, uris: Sequence[str]) -> Mapping[str, str]:
        try:
            return home.texts_of(settings, source, uris)
        except (HomeIsOwned, StoreError) as error:
            if not said:
                said.append(str(error))
                say(f"{error} Replies are read without the posts they answer.")
            return {}

    return ask
