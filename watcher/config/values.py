"""What several tables of the configuration share: durations, secrets, zones, lists, and the words of a mistake."""

from __future__ import annotations

import os
import re
from ipaddress import ip_address
from itertools import pairwise
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

# Nothing else that is installed shall see what is configured; and looking through all of it for plugins takes long.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")

from pydantic import AfterValidator, BeforeValidator, Field

from watcher.config.tables import Secret, listed

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+)\s*([smhd])")
CODE = r"^[a-z0-9][a-z0-9_-]*$"


def mistake_in_words(message: str) -> str:
    """Pydantic's sentence about a value, without its prefix."""
    return message.removeprefix("Value error, ")


def duration(value: str) -> int:
    """The seconds of a number with a unit. Raises ValueError."""
    match = _DURATION.fullmatch(value.strip())
    if match is None:
        raise ValueError('must be seconds or a number with a unit: "90s", "15m", "48h", "7d"')
    return int(match[1]) * _UNITS[match[2]]


def _seconds(value: Any) -> Any:
    return duration(value) if isinstance(value, str) else value


def _rising(value: tuple[int, ...]) -> tuple[int, ...]:
    if any(later <= earlier for earlier, later in pairwise(value)):
        raise ValueError("each time must be later than the one before it")
    return value


def _one_or_more(value: Any) -> Any:
    if isinstance(value, str):
        Secret.as_given(value)  # always raises, with the mistake named at this key and not inside a list
    return [value] if isinstance(value, dict) else value


def _mail_address(value: str) -> str:
    # One plain address: what a server is given after RCPT TO, so no sign that ends a line, a header or a list.
    if not re.fullmatch(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+", value):
        raise ValueError('must be a mail address like "desk@example.org"')
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f'"{value}" is no time zone; one looks like "Europe/London"') from error
    return value


def web_address(value: str) -> str:
    """The address itself. Raises ValueError, in a sentence, for what is no web address."""
    try:
        is_address = re.fullmatch(r"https?://[^\s/]\S*", value, re.IGNORECASE) and urlsplit(value).hostname
    except ValueError:
        is_address = None  # an unclosed bracket
    if not is_address:
        raise ValueError("must be a web address that begins with https:// or http://")
    return value


def feed_address(value: str) -> str:
    """The address of a feed: a web address, or the folder of a mailbox. Raises ValueError, in a sentence."""
    if not value.lower().startswith(("imap://", "imaps://")):
        return web_address(value)
    parts = urlsplit(value)
    if not parts.hostname or parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError('must be a folder like "imaps://mail.example.org/INBOX"; the user stands in [feed.mail]')
    if parts.scheme == "imap" and not _is_loopback(parts.hostname):
        raise ValueError("must begin with imaps://: the password would go in clear; imap:// is for this machine alone")
    return parts.scheme + value[len(parts.scheme) :]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _proxy(value: Any) -> Any:
    if isinstance(value, str) and "@" in value.partition("//")[2].partition("/")[0]:
        # The value is not repeated: what was typed here may be the secret.
        raise ValueError('a name or password must not be written here; write { env = "NAME" } or { file = "path" }')
    return value


def _spelt(word: str) -> str:
    if not word.strip() or word != word.lower():
        raise ValueError(f"{word!r} must be written in small letters and not be empty")
    return word


# Of a vocabulary: words are compared with the small letters of a text.
Word = Annotated[str, AfterValidator(_spelt)]
WordSet = frozenset[Word]  # asked whether it holds a word
Words = tuple[Word, ...]  # in the order of the file: the ends of words, and what goes into a pattern
Seconds = Annotated[int, BeforeValidator(_seconds), Field(ge=0)]
Times = Annotated[tuple[Seconds, ...], AfterValidator(_rising)]
Listed = Annotated[tuple[str, ...], BeforeValidator(listed)]
Zone = Annotated[str, AfterValidator(_zone)]
WebAddress = Annotated[str, AfterValidator(web_address)]
FeedAddress = Annotated[str, AfterValidator(feed_address)]
Code = Annotated[str, Field(pattern=CODE)]


_Place = Annotated[Secret, BeforeValidator(Secret.as_given)]
TextOrSecret = WebAddress | _Place
# A proxy's address, or where one with a name and password is kept.
Proxy = Annotated[WebAddress | _Place, BeforeValidator(_proxy)]
Secrets = Annotated[tuple[_Place, ...], BeforeValidator(_one_or_more)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]
DayTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
