"""Every error that Groundswell raises on purpose, each with a sentence for people.

GroundswellError                      one clear line; exit code 1 unless said otherwise
├── WrongUse                          exit 2: the call, a topic file or an import file is wrong
│   ├── TopicError                    a topic file: which file, which line, what to write instead
│   │   ├── QueryError                a query: which column, what was expected
│   │   └── NoSuchTopic               no_such_topic: no topic has that name
│   └── ImportFileError               a file of posts that cannot be read as one
├── SourceError                       a site or feed; ``reason`` is a stable word for scripts
│   ├── NeedsCredentials              needs_key: nothing was tried
│   ├── LoginRefused                  login_refused: tried and refused, not retried
│   ├── Closed                        closed: the site says no (401, 403, 410)
│   ├── Unreachable                   unreachable: no answer after all tries
│   ├── RateLimited                   rate_limited: come back at ``resumes_at``
│   ├── BudgetSpent                   budget: quota or money is used up; ``resumes_at`` says when
│   ├── BadAnswer                     bad_answer: an answer that is not what the site documents
│   │   └── BodyTooLarge              too_large: stopped at the cap, nothing kept
│   ├── RefusedAddress                refused_address: private, loopback or not http(s)
│   ├── ClockWrong                    clock_wrong: this machine's clock runs ahead of the site's
│   └── SchemaDrift                   schema_drift: too many items of one page could not be read
├── StateError                        state: a cursor or session file that cannot be trusted
├── HomeError                         the home folder: not there, read-only, full
│   ├── HomeFull                      full: no space left on the disk, or the spool is at its limit
│   ├── NearlyFull                    nearly_full: exit 3; so little space that collecting pauses
│   └── HomeIsOwned                   owned: another process owns the database
├── StoreError                        the database
│   ├── DatabaseTooNew                made by a later Groundswell
│   ├── QueryTimeout                  a question took longer than its limit
│   ├── TooBusy                       busy: too many questions wait already; ask again in a moment
│   └── ShuttingDown                  the owner is stopping; ask again in a moment
└── BatchUnreadable                   a batch file that is not one; it is set aside, others go on
"""

from datetime import datetime


class GroundswellError(Exception):
    """One clear line for a person: what happened, to what, what to do now."""

    exit_code = 1
    reason = "failed"


class WrongUse(GroundswellError):
    """The call or a file given to it is wrong; nothing was changed."""

    exit_code = 2
    reason = "wrong_use"


class TopicError(WrongUse):
    """A topic file that cannot be used; names the file, the line and the mend."""

    reason = "topic"


class QueryError(TopicError):
    """A query that does not parse. ``column`` is 1-based in the query text."""

    reason = "query"

    def __init__(self, message: str, *, column: int) -> None:
        super().__init__(message)
        self.column = column


class NoSuchTopic(TopicError):
    """No topic has the name that was asked for."""

    reason = "no_such_topic"


class ImportFileError(WrongUse):
    """A file of posts that cannot be read as one; nothing of it was stored."""

    reason = "import_file"


class SourceError(GroundswellError):
    """Something about one source. ``source`` is its name, ``reason`` a stable word."""

    reason = "source"

    def __init__(self, message: str, *, source: str = "") -> None:
        super().__init__(message)
        self.source = source


class NeedsCredentials(SourceError):
    """The source cannot be asked without credentials that are not set."""

    reason = "needs_key"


class LoginRefused(SourceError):
    """The credentials were tried and refused; trying again would not help."""

    reason = "login_refused"


class Closed(SourceError):
    """The site refuses this request for good (401, 403, 404, 410)."""

    reason = "closed"

    def __init__(self, message: str, *, source: str = "", status: int | None = None) -> None:
        super().__init__(message, source=source)
        self.status = status


class Unreachable(SourceError):
    """No usable answer after all tries: name, connection, time-out or server error."""

    reason = "unreachable"


class RateLimited(SourceError):
    """The site asks to wait longer than this run may. ``resumes_at`` is UTC, None if unknown."""

    reason = "rate_limited"

    def __init__(
        self, message: str, *, source: str = "", resumes_at: datetime | None = None
    ) -> None:
        super().__init__(message, source=source)
        self.resumes_at = resumes_at


class BudgetSpent(SourceError):
    """A quota or a sum of money set for a source is used up, so nothing more was asked.
    ``resumes_at`` is when there is some again (UTC), None if a person must set a larger one."""

    reason = "budget"

    def __init__(
        self, message: str, *, source: str = "", resumes_at: datetime | None = None
    ) -> None:
        super().__init__(message, source=source)
        self.resumes_at = resumes_at


class BadAnswer(SourceError):
    """A body that is not what the site documents (HTML for JSON, cut, wrong encoding)."""

    reason = "bad_answer"


class BodyTooLarge(BadAnswer):
    """A body larger than its cap after decoding; reading stopped at the cap."""

    reason = "too_large"


class RefusedAddress(SourceError):
    """An address on this machine or network, or not http(s), without leave to use it."""

    reason = "refused_address"


class ClockWrong(SourceError):
    """This machine's clock runs ahead of the site's: windows still open would be called read."""

    reason = "clock_wrong"


class SchemaDrift(SourceError):
    """More than 5 % (and at least 5) of a page's items could not be read: the site changed."""

    reason = "schema_drift"


class StateError(GroundswellError):
    """A cursor or session that cannot be trusted; says what to delete or mend."""

    reason = "state"


class HomeError(GroundswellError):
    """The home folder cannot be used: missing, read-only, not ours."""

    reason = "home"


class HomeFull(HomeError):
    """No space left, or the spool is at its limit; what was collected before is kept."""

    reason = "full"


class NearlyFull(HomeError):
    """So little space is left that nothing more is collected until there is some again."""

    exit_code = 3
    reason = "nearly_full"


class HomeIsOwned(HomeError):
    """Another process owns the database. ``url`` is where it serves, None if it does not."""

    reason = "owned"

    def __init__(self, message: str, *, url: str | None = None) -> None:
        super().__init__(message)
        self.url = url


class StoreError(GroundswellError):
    """The database could not answer or be opened."""

    reason = "store"


class DatabaseTooNew(StoreError):
    """The database was made by a later Groundswell; nothing was changed."""

    reason = "too_new"


class QueryTimeout(StoreError):
    """A question took longer than its limit and was stopped."""

    reason = "timeout"


class TooBusy(StoreError):
    """So many questions wait that another would only make all of them late."""

    reason = "busy"


class ShuttingDown(StoreError):
    """The owner is stopping; ask again in a moment."""

    reason = "shutting_down"


class BatchUnreadable(GroundswellError):
    """A file in the spool that is not a batch; it is set aside with its reason."""

    reason = "batch"
