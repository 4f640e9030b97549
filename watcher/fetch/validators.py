"""What an answer's headers say about the next request: validators and freshness (RFC 9110, RFC 9111)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.fetch.back_off import YEAR, bounded, http_date

if TYPE_CHECKING:
    from watcher.model.response import Response


_MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?([0-9]+)', re.IGNORECASE)
_REVALIDATE = re.compile(r"(?:^|[,\s])no-(?:cache|store)(?=\s*(?:,|$))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Validators:
    """ETag and Last-Modified exactly as received; both are opaque to us and go back byte for byte (RFC 9110, 8.8)."""

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        """Whether there is anything to send."""
        return bool(self.etag or self.last_modified)

    def headers(self) -> dict[str, str]:
        """The conditional request headers (RFC 9110, 13.1)."""
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value}


def validators_of(response: Response) -> Validators:
    """The validators that came with an answer."""
    return Validators(response.first("etag"), response.first("last-modified"))


def merged(old: Validators, new: Validators) -> Validators:
    """The validators after a 304: those it carries replace the old ones, a bare one keeps them (RFC 9111, 4.3.4)."""
    return Validators(new.etag or old.etag, new.last_modified or old.last_modified)


def freshness(response: Response) -> int | None:
    """Seconds for which the answer need not be asked again: the later of max-age and Expires, None when unstated.

    `no-cache` and `no-store` mean unstated. `Age` is left out on purpose: it could only make us ask earlier.
    """
    control = response.header("cache-control") or ""
    if _REVALIDATE.search(control):
        return None
    stated = [seconds for seconds in (_max_age(control), _until_expiry(response)) if seconds is not None]
    return max(stated, default=None)


def renewed(response: Response, before: int | None) -> int | None:
    """Seconds of freshness after a 304: its own headers' or else those of the answer it confirms (RFC 9111, 4.3.4)."""
    is_stated = response.header("cache-control") is not None or response.header("expires") is not None
    return freshness(response) if is_stated else before


def _max_age(control: str) -> int | None:
    found = _MAX_AGE.search(control)
    return bounded(found[1]) if found else None


def _until_expiry(response: Response) -> int | None:
    expires = http_date(response.first("expires") or "")
    if expires is None:
        return None
    served = http_date(response.first("date") or "") or response.ended_at
    return min(max(0, round((expires - served).total_seconds())), YEAR)
