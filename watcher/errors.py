"""Every error that the program raises on purpose.

WatcherError
├── ConfigError          mistakes in the configuration, all at once
├── FetchError           no usable answer
│   ├── HttpStatus       a status other than 200, 304 or a redirect
│   ├── Held             no request was sent: the host is in back-off, or allows no more for now
│   ├── TimedOut         the deadline passed
│   ├── Unreachable      no connection, no such host
│   ├── TooLarge         more bytes than allowed, on the wire or inflated
│   ├── Truncated        the body ended early
│   ├── Blocked          a bot wall or a refusal page
│   ├── BadRedirect      too many hops, from https to http, or to no web address
│   ├── Disallowed       robots.txt does not allow it
│   ├── Forbidden        the address is private and not allowed
│   ├── LoginRefused     a mailbox refuses user and password
│   ├── FolderGone       a mailbox has no such folder any more
│   └── TlsFailed        the certificate could not be verified
├── ParseError           a feed that cannot be read
│   ├── NotAFeed         the body is no feed
│   ├── EmptyFeed        a feed without entries where there were some
│   ├── NotAMailbox      the server does not speak IMAP
│   └── PartFailed       a sitemap of an index could not be fetched or read
├── ExtractError         a page that cannot be read
│   ├── NoText           it has no text
│   │   ├── Scan         a document of pictures of text
│   │   └── Encrypted    a document that asks for a password
│   ├── Notice           a page that stands in for the release: maintenance, log-in, consent, an error
│   ├── Missing          the page no longer shows the release
│   └── Unreadable       a file that cannot be opened
├── Killed               a worker was stopped at its limit of time or memory
├── WorkersFailed        no worker process can be started
├── Failed               an exception that nobody foresaw
├── StoreError           the database cannot be used
│   ├── SchemaTooNew     written by a newer version
│   ├── SchemaTooOld     written before the first release
│   ├── SchemaChanged    its tables are not those that the migrations make
│   ├── Locked           another instance is running
│   ├── Refused          a value that the tables do not take
│   ├── Damaged          the file is damaged
│   ├── Unwritable       the disk is full, or the file may not be written
│   └── Replaced         the file was deleted, moved or replaced while it was in use
└── DeliveryError        a channel did not take an alert
    └── ChannelGone      the receiver answered 410 (gone)
"""

from __future__ import annotations

import logging
import re
from uuid import uuid4

log = logging.getLogger("watcher")


class WatcherError(Exception):
    """The root: every error that the program raises on purpose derives from it."""

    @property
    def outcome(self) -> str:
        """The error's name in the tables polls and captures: the class in snake_case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()

    @property
    def reason(self) -> str:
        """What happened, without the URL or channel that the row names already."""
        return str(self)


class ConfigError(WatcherError):
    """Mistakes in the configuration. `mistakes` holds one line each: file, key, what is wrong."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        """Keep every mistake; the message has one a line."""
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with every field, so that a worker process can raise it in the main one."""
        return (type(self), (self.mistakes,))


class FetchError(WatcherError):
    """No usable answer from a URL.

    `retry_after` is the seconds the server asked for, `status` its status code, where there was an answer.
    """

    def __init__(
        self, url: str, detail: str = "", *, status: int | None = None, retry_after: int | None = None
    ) -> None:
        """Say which URL and what happened."""
        super().__init__(f"{detail or type(self).__name__} ({url})")
        self.url, self.detail, self.status, self.retry_after = url, detail, status, retry_after

    @property
    def reason(self) -> str:
        """What happened, without the URL."""
        return self.detail or self.outcome.replace("_", " ")

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with every field, so that a worker process can raise it in the main one."""
        return (_rebuild, (type(self), self.url, self.detail, self.status, self.retry_after))


def _rebuild(kind: type[FetchError], url: str, detail: str, status: int | None, retry_after: int | None) -> FetchError:
    return kind(url, detail, status=status, retry_after=retry_after)


class HttpStatus(FetchError):
    """The server answered with a status other than 200, 304 or a redirect."""


class Held(FetchError):
    """No request was sent: the host is in back-off after a 429 or 503, or what its operator allows is used up."""


class TimedOut(FetchError):
    """Connect, headers and body together took longer than the deadline."""


class Unreachable(FetchError):
    """The host name does not resolve, or nothing answers at its address."""


class TooLarge(FetchError):
    """The answer is larger than the limit, on the wire or after inflation."""


class Truncated(FetchError):
    """The body ended before it was complete."""


class Blocked(FetchError):
    """A bot wall, a captive portal or a refusal instead of the content."""


class BadRedirect(FetchError):
    """A redirect that is not followed: too many, from https to http, or to something that is not a web address."""


class Disallowed(FetchError):
    """The site's robots.txt does not allow this page to be fetched."""

    @property
    def outcome(self) -> str:
        """Named `robots` in the tables."""
        return "robots"


class Forbidden(FetchError):
    """The address is private, local or otherwise not public, and the configuration does not allow it."""


class LoginRefused(FetchError):
    """A mailbox refuses the user and the password."""


class FolderGone(FetchError):
    """A mailbox does not open the folder: it was renamed or deleted, or may not be read."""


class TlsFailed(FetchError):
    """The server's certificate could not be verified."""

    @property
    def outcome(self) -> str:
        """Named `tls` in the tables."""
        return "tls"


class ParseError(WatcherError):
    """A feed's body cannot be read."""


class NotAFeed(ParseError):
    """The body is not a feed."""


class EmptyFeed(ParseError):
    """A feed without entries where there were entries before."""


class NotAMailbox(ParseError):
    """The server does not speak IMAP, or says something that means nothing in it."""


class PartFailed(ParseError):
    """A sitemap that an index names could not be fetched or read; the index is read again next time."""


class ExtractError(WatcherError):
    """A page's body cannot be read."""


class NoText(ExtractError):
    """There is no text in the page, such as one that only scripts fill."""


class Scan(NoText):
    """The pages of the document are pictures; the message says how many."""


class Encrypted(NoText):
    """The document asks for a password."""


class Notice(ExtractError):
    """A page that stands in for the release for a while: maintenance, log-in, consent, an error, a redirect."""


class Missing(ExtractError):
    """The server answered 200, but not with the release: a "not found" page, or a redirect to something else."""


class Unreadable(ExtractError):
    """A file that was named cannot be opened or unpacked."""


class Killed(WatcherError):
    """A worker process was stopped at its limit of time or memory, or died."""


class WorkersFailed(WatcherError):
    """No worker process can be started, at several tries in a row: nothing can be read any more."""


class Failed(WatcherError):
    """Something raised an exception that nobody foresaw; the message names its kind and where it stands in the log."""


def unforeseen(what: str, error: BaseException) -> Failed:
    """Log an exception that nobody foresaw, with its traceback, under a reference; the error names both."""
    reference = uuid4().hex[:8]
    log.error("%s: %s, reference %s", what, type(error).__name__, reference, exc_info=error)
    return Failed(f"{type(error).__name__}, reference {reference} in the log")


class StoreError(WatcherError):
    """The database cannot be used."""


class SchemaTooNew(StoreError):
    """A newer version of the program wrote this database."""


class SchemaTooOld(StoreError):
    """A version from before the first release wrote the database, which cannot be upgraded."""


class SchemaChanged(StoreError):
    """The tables are not those that the migrations make: something else than this program changed them."""


class Locked(StoreError):
    """Another instance holds this database."""


class Refused(StoreError):
    """The tables do not take a value: the database is well, what was to be written is not."""


class Damaged(StoreError):
    """The database file is damaged."""


class Unwritable(StoreError):
    """Nothing can be written: the disk is full or read-only, or it fails. What is stored can be read as before."""


class Replaced(StoreError):
    """The database was deleted, moved or replaced by another while the program used it."""


class DeliveryError(WatcherError):
    """A channel did not take an alert. `retry_after` is the seconds that the receiver asked for."""

    def __init__(
        self, channel: str, detail: str, *, is_permanent: bool = False, retry_after: int | None = None
    ) -> None:
        """Say which channel, what it answered, and whether trying again makes sense."""
        super().__init__(f"{channel}: {detail}")
        self.channel, self.detail = channel, detail
        self.is_permanent, self.retry_after = is_permanent, retry_after

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with every field, so that a worker process can raise it in the main one."""
        return (type(self), (self.channel, self.detail), vars(self))


class ChannelGone(DeliveryError):
    """The receiver answered 410 (gone): the channel is disabled until the operator enables it."""


# What keeps a body from being read as a feed, newest or older, whoever asks for it.
UNREADABLE = (FetchError, ParseError, Killed, Failed)
