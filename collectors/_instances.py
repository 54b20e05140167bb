"""The many servers of one kind of site: how a topic names them, and what to say if all fail."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from groundswell.coverage import Coverage, Status, uncovered
from groundswell.errors import RateLimited, SourceError, TopicError, Unreachable
from groundswell.source import Ask

MOST_CLAUSES = 5
PROVENANCE = "__groundswell"  # in a raw item: the server whose own number it holds


def base_of(written: str) -> str:
    """The base address of a server, without a slash at its end. ``written`` is a host
    (``mastodon.social``) or a whole address. Raises ``TopicError`` for anything else."""
    whole = written.strip() if "://" in written else f"https://{written.strip()}"
    try:
        parts = urlsplit(whole)
        host = parts.netloc.lower() if parts.hostname and parts.port != 0 else ""
    except ValueError:  # "https://[" or a port that is no number
        host = ""
    if not host or "@" in host or parts.scheme not in ("http", "https") or " " in whole:
        raise TopicError(
            f"“{written}” is not a server. Write its host, as in mastodon.social, or its whole "
            "address, from https:// on."
        )
    return f"{parts.scheme}://{host}{parts.path.rstrip('/')}"


def key_of(base: str) -> str:
    """The name of a server in every table: its base address, without the usual ``https://``."""
    return base.removeprefix("https://")


def bases_of(written: Iterable[str]) -> tuple[str, ...]:
    """The base addresses of servers, each once, in order. Raises ``TopicError`` as ``base_of``."""
    return tuple(dict.fromkeys(base_of(one) for one in written))


def unread(
    ask: Ask, key: str, settled: Iterable[Coverage], status: Status, reason: str
) -> tuple[Coverage, ...]:
    """What is not read completely of a server, neither before nor in this run (``settled``)."""
    known = [*ask.known_by.get(key, ()), *settled]
    spans = uncovered(ask.span, known)
    return tuple(Coverage(start=a, end=b, status=status, reason=reason) for a, b in spans)


def all_failed(source: str, failures: Sequence[SourceError]) -> SourceError:
    """One error for all servers: the only one, or a clause for each. Its kind is theirs when they
    agree, and a wait ends when the first of them may be asked again."""
    if len(failures) == 1:
        return failures[0]
    clauses = "; ".join(
        str(error).partition(". ")[0].rstrip(".") for error in failures[:MOST_CLAUSES]
    )
    more = f"; and {len(failures) - MOST_CLAUSES} more" if len(failures) > MOST_CLAUSES else ""
    said = f"None of {len(failures)} servers could be read: {clauses}{more}. Try again later."
    kind = type(failures[0])
    if all(isinstance(error, RateLimited) for error in failures):
        times = [e.resumes_at for e in failures if isinstance(e, RateLimited) and e.resumes_at]
        return RateLimited(said, source=source, resumes_at=min(times, default=None))
    same = kind if all(type(error) is kind for error in failures) else Unreachable
    return same(said, source=source)
