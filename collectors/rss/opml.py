"""Lists of feeds as other feed readers export them (OPML)."""

from xml.parsers import expat

from groundswell.errors import TopicError
from groundswell.text import http_links

MOST_BYTES = 5 * 1024 * 1024


def feeds_of_opml(opml: bytes, name: str = "The OPML file") -> tuple[str, ...]:
    """The http(s) addresses of the feeds in an OPML file, each once, in order.

    Raises ``TopicError`` for what is no OPML, with its line, and for one that declares entities:
    no honest list needs them, and dishonest ones use them to grow without bound.
    """
    if len(opml) > MOST_BYTES:
        raise TopicError(f"{name} is larger than {MOST_BYTES:,} bytes. Is it a list of feeds?")
    found: list[str] = []
    outermost: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if not outermost:
            outermost.append(tag.lower())
        named = {key.lower(): value for key, value in attributes.items()}
        found.extend([named["xmlurl"]] if "xmlurl" in named else [])

    def declared(*_: object) -> None:
        raise TopicError(f"{name} declares entities, which no list of feeds needs. Remove them.")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EntityDeclHandler = declared
    try:
        parser.Parse(opml, True)
    except expat.ExpatError as error:
        reason = expat.errors.messages[error.code]
        raise TopicError(f"{name}, line {error.lineno}: {reason}. Export it again.") from None
    if outermost != ["opml"]:
        raise TopicError(f"{name} is not OPML but <{outermost[0][:40]}>. Export the list as OPML.")
    return http_links(found)
