"""`[evidence]`, `[timestamp]` and `[wayback]`: how the evidence is proved, and how long the rest is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.config.tables import Secret, Table

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Annotated

    from pydantic import Field

    from watcher.config.values import Seconds, WebAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Table):
    """How the evidence is checked, and how long the rest is kept.

    `anchors` is the file that the chain's head is appended to each day, relative to the configuration's folder
    (without it: beside the database). `verify_last` links are checked at each start, all of them each night.
    `keep_polls` is how long polls, attempts, problems of feeds and the headers of unchanged feeds are kept. A poll that
    found nothing new has a row of its own for `keep_quiet_polls`; then such polls are only counted, for each feed and
    day.
    """

    anchors: Path | None = None
    verify_last: Annotated[int, Field(ge=1)] = 1000
    keep_polls: Seconds = 180 * 86400
    keep_quiet_polls: Seconds = 2 * 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamp(Table):
    """A time-stamp authority (RFC 3161) that signs the chain's head each day; off without `url`.

    `certificate` is a PEM file with the authority's root certificate, which must have signed every stamp's certificate.
    """

    url: WebAddress | None = None
    certificate: Path | None = None

    def __post_init__(self) -> None:
        """Raise ValueError where its stamps could not be verified."""
        if self.url is not None and self.certificate is None:
            raise ValueError("a url needs certificate: a stamp that nobody verifies proves nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wayback(Table):
    """Copies in the Wayback Machine: it is asked to save the page of each new revision.

    `key` and `secret` are those of an archive.org account (S3-like keys); `interval` is the seconds between two
    requests, `daily_limit` the number of pages per day.
    """

    enabled: bool = False
    url: WebAddress = "https://web.archive.org"
    key: Secret | None = None
    secret: Secret | None = None
    interval: Annotated[int, Field(ge=1)] = 10
    daily_limit: Annotated[int, Field(ge=1)] = 1000

    def __post_init__(self) -> None:
        """Raise ValueError where its keys are missing."""
        if self.enabled and (self.key is None or self.secret is None):
            raise ValueError("needs key and secret: archive.org accepts such requests only with an account")
