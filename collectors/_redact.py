"""Secrets out of everything that is shown or stored: addresses, messages, log lines."""

import logging
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

CUT = "***"
SHORTEST_SECRET = 4  # shorter values would blank out ordinary words
LONGEST_LINE = 200

# Bounded repeats: a hostile body must not make a pattern slow.
_NAME = (
    r"(?:[\w.\-]{0,40}[_.\-])?(?:api_?key|key|token|secret|password|passwd|pwd|pass|signature|sig|"
    r"auth|authorization|jwt|sid|session|credential|credentials|feed|accesskey)"
)
_PARAMETER = re.compile(rf"(?i)(?<![\w.\-])({_NAME})=([^&\s\"'<>#;]+)")
_JSON_FIELD = re.compile(
    r"(?i)(\"(?:[\w\-]{0,40}[_\-])?(?:accessjwt|refreshjwt|jwt|token|secret|password|api_?key)\""
    r"\s{0,8}:\s{0,8}\")[^\"]*"
)
_USER_INFO = re.compile(r"(?<=://)[^/?#\s@]{1,512}@")
_SCHEME_TOKEN = re.compile(r"(?i)\b(bearer|basic|dpop)\s+[\w\-.~+/=]{6,}")
_JWT = re.compile(r"\beyJ[\w\-]{8,}\.[\w\-]{2,}(?:\.[\w\-]*)?")

# httpx writes every address at INFO, httpcore headers at DEBUG. A filter is not inherited by the
# loggers below, so each gets it.
_ALWAYS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2")
_FAMILIES = ("httpx", "httpcore", "collectors")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """``text`` with ``secrets`` and everything that looks like one replaced by ``***``.

    Cut are user names and passwords in addresses, parameters such as ``key=``, ``feed=`` and
    ``access_token=``, JSON fields of tokens and passwords, and Bearer, Basic and JWT tokens.
    """
    for secret in secrets:
        for spelling in {secret, quote(secret, safe=""), quote_plus(secret)}:
            text = text.replace(spelling, CUT)
    text = _USER_INFO.sub(f"{CUT}@", text)
    text = _PARAMETER.sub(rf"\1={CUT}", text)
    text = _JSON_FIELD.sub(rf"\1{CUT}", text)
    text = _SCHEME_TOKEN.sub(rf"\1 {CUT}", text)
    return _JWT.sub(CUT, text)


class Discreet:
    """Says things without the secrets it was told. ``secrets`` may grow during a run."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self.secrets = {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}

    def line(self, text: str) -> str:
        """``text`` fit for a message: no secrets, one line, printable, at most 200 characters."""
        shown = "".join(c if c.isprintable() else " " for c in redact(text, self.secrets))
        line = " ".join(shown.split())
        return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"


class RedactingFilter(logging.Filter):
    """Rewrites log records so that no handler ever sees a secret."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True: the record is kept, without its secrets."""
        record.msg = redact(record.getMessage(), self.secrets)
        record.args = None
        return True


_FILTER = RedactingFilter()


def guard_logs(secrets: Iterable[str]) -> None:
    """Puts the filter on every logger of the wire, once, and teaches it ``secrets``."""
    _FILTER.secrets.update(secret for secret in secrets if len(secret) >= SHORTEST_SECRET)
    known = [n for n in logging.root.manager.loggerDict if n.partition(".")[0] in _FAMILIES]
    for name in {*_ALWAYS, *known}:
        logger = logging.getLogger(name)
        if _FILTER not in logger.filters:
            logger.addFilter(_FILTER)
