"""`publishers/<code>.toml`: a publisher, its feeds, and the rules for its pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from watcher.config.tables import Secret, Table, listed, repeated
from watcher.model.api import NO_LIMITS, ApiRule, RequestLimits
from watcher.model.selectors import NO_RULES, ListingRule, PageRules
from watcher.model.text_context import OwnSide

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Annotated, Literal

    from pydantic import BeforeValidator, Field

    from watcher.config.values import Code, FeedAddress, Listed, Proxy, Seconds, Times, WebAddress, Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOptions(Table):
    """How a publisher's feeds and pages are requested; a feed's own setting goes before its publisher's.

    `skip_hours = false` polls also in the hours and on the days that a feed excludes (skipHours, skipDays).
    """

    user_agent: str | None = None
    headers: dict[str, str | Secret] = field(default_factory=dict)
    proxy: Proxy | None = None
    tls_verify: bool | None = None
    skip_hours: bool | None = None

    def __post_init__(self) -> None:
        """Raise ValueError where a header holds a secret itself."""
        # The value is not repeated: what was typed here may be the secret.
        literal = sorted(name for name, value in self.headers.items() if isinstance(value, str) and _is_secret(name))
        if literal:
            raise ValueError(f'headers.{literal[0]} must not be written here; write {{ env = "NAME" }} or a file')


def _is_secret(name: str) -> bool:
    """Whether a header of this name holds a credential."""
    return name.lower() in {"authorization", "proxy-authorization", "cookie"} or "api-key" in name.lower()


def _not_empty(value: Any) -> Any:
    """A listing without an empty `entry`, which selects nothing: the key then counts as missing."""
    return (
        {name: words for name, words in value.items() if (name, words) != ("entry", "")}
        if isinstance(value, dict)
        else value
    )


def _lists(value: Any) -> Any:
    """Page rules in which a single selector is read as a list of one."""
    if not isinstance(value, dict):
        return value
    return {name: words if name == "since" else listed(words) for name, words in value.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey(Secret):
    """The key of a JSON API, sent to the API's own host alone: in a `query` parameter or in a `header` of that name."""

    query: str = ""
    header: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError where it names no place or two, or no way to be sent or two."""
        Secret.__post_init__(self)
        if bool(self.query) == bool(self.header):
            raise ValueError("needs either query or header")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAccess(Table):
    """Whose mailbox a press list goes to, and whose messages count as the publisher's.

    `from` are addresses, or domains like "@army.example"; `list_id` is what the list calls itself (List-Id), where it
    does. `signed_by` are domains: with it only messages that one of them has signed (DKIM) count.
    """

    user: Annotated[str, Field(min_length=1)] | Secret
    password: Secret
    senders: Annotated[Listed, Field(min_length=1)] = field(metadata={"key": "from"})
    list_id: str = ""
    signed_by: Listed = ()

    def __post_init__(self) -> None:
        """Raise ValueError for a sender that is neither an address nor a domain."""
        for one in self.senders:
            if not _SENDER.fullmatch(one):
                raise ValueError(f'"{one}" must be an address or a domain: "press@army.example", "@army.example"')


_SENDER = re.compile(r"[^\s@<>]*@[^\s@<>]+\.[^\s@<>]+")
_TELEGRAM = frozenset({"t.me", "telegram.me", "telegram.dog"})
_CHANNEL_APART = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed(RequestOptions):
    """A feed to poll. `interval` is in seconds; without it the feed's own history decides.

    A `feed` is RSS, RDF, Atom or JSON Feed; a `listing` is a page of links, with its rule in `listing` ("afpims" for a
    site that runs on AFPIMS); a `sitemap` is one as sitemaps.org describes, with or without news; `json` is an API,
    with what stands where in `api`, its key in `api_key` and what it allows in `limits`. A `recipe` names a file of
    `recipes/` that gives all this for a known API; `parameters` are what that asks for. `telegram` is the public
    preview page of a channel (`/s/<name>`): disabled unless `enabled = true` is said, asked once a minute at most, and
    with the publisher's `proof`.
    `mail` is the folder of a mailbox that a press list goes to (imaps://host/folder), with what is to be known of it
    in `mail`.
    """

    code: Code
    url: FeedAddress
    title: str = ""
    kind: Literal["feed", "listing", "sitemap", "json", "telegram", "mail"] = "feed"
    listing: Literal["afpims"] | Annotated[ListingRule, BeforeValidator(_not_empty)] | None = None
    mail: MailAccess | None = None
    recipe: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    api: ApiRule | None = None
    api_key: ApiKey | None = None
    limits: RequestLimits = NO_LIMITS
    interval: Annotated[Seconds | None, Field(ge=300)] = None
    time_zone: Zone | None = None
    enabled: bool = True
    fetch_pages: bool = True

    @classmethod
    def as_given(cls, given: Any) -> Any:
        """The mapping, with what a channel is where nothing else is said."""
        # The preview shows a post whole: there is no page of it that says more.
        channel = {"enabled": False, "fetch_pages": False, "limits": {"apart": _CHANNEL_APART}}
        return channel | given if isinstance(given, dict) and given.get("kind") == "telegram" else given

    def __post_init__(self) -> None:
        """Raise ValueError where its keys do not fit its kind."""
        RequestOptions.__post_init__(self)
        self._channel_is_asked_seldom()
        self._listing_has_its_rule()
        self._api_has_its_rule()
        self._mail_has_its_mailbox()

    def _channel_is_asked_seldom(self) -> None:
        parts = urlsplit(self.url)
        if self.kind == "telegram" and not re.fullmatch(r"/s/\w{3,64}", parts.path):
            raise ValueError("the url of a channel is its preview page, such as https://t.me/s/name")
        if self.kind == "telegram" and parts.hostname in _TELEGRAM and self.limits.apart < _CHANNEL_APART:
            raise ValueError("limits.apart of a channel must be 60 or more: one request a minute")

    def _listing_has_its_rule(self) -> None:
        if (self.kind == "listing") != (self.listing is not None):
            raise ValueError('kind = "listing" and the rule listing = … belong together')

    def _api_has_its_rule(self) -> None:
        if (self.kind == "json") != (self.api is not None):
            raise ValueError('kind = "json" and the table [feed.api] belong together')
        if self.api_key is not None and self.api is None:
            raise ValueError('api_key is for feeds of the kind "json"')

    def _mail_has_its_mailbox(self) -> None:
        if len({self.kind == "mail", self.mail is not None, self.url.startswith("imap")}) > 1:
            raise ValueError('kind = "mail", the table [feed.mail] and an address imaps://host/folder belong together')


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher(RequestOptions):
    """One publisher's file. `verified` says that somebody has seen these feeds work.

    `enabled = false` polls none of its feeds. `family` names a file of `families/`, which says what many sites have in
    common, and goes before nothing that is said here. `licence` is that of its texts, `walls` what is known of programs
    being turned away, `relay` the codes of publishers that carry its texts too: for people, nothing is done with them.
    `fallback` allows copies to be read where a page turns programs away, in this order: "wayback" (the Wayback
    Machine's, made after the publication), "dvids" (the official relay of the U.S. forces).
    `recheck_after` replaces `after` of the table [recheck] in watcher.toml. `own_forces` are words by which it calls
    its own side, beside those of its country: "coalition", "our police". `proof` is the official page that links its
    channels: it is looked at once a week, and a channel counts as official only while it does.
    """

    code: Code
    name: str
    organisation: str = ""
    country: str = ""
    own_forces: Listed = ()
    language: str = "en"
    time_zone: Zone = "UTC"
    homepage: WebAddress | None = None
    proof: WebAddress | None = None
    verified: bool = False
    enabled: bool = True
    family: str = ""
    licence: str = ""
    walls: str = ""
    relay: Listed = ()
    recheck_after: Times | None = None
    fallback: Annotated[tuple[Literal["wayback", "dvids"], ...], BeforeValidator(listed)] = ()
    page: Annotated[PageRules, BeforeValidator(_lists)] = NO_RULES
    feeds: tuple[Feed, ...] = field(default=(), metadata={"key": "feed"})

    @property
    def own_side(self) -> OwnSide:
        """Whose side it is on, for the detector."""
        return OwnSide(self.name, self.country, self.own_forces)

    def __post_init__(self) -> None:
        """Switch its feeds off with it. Raises ValueError where they do not fit it or each other."""
        RequestOptions.__post_init__(self)
        if not self.enabled:
            object.__setattr__(self, "feeds", tuple(feed.with_changes(enabled=False) for feed in self.feeds))
        if mistakes := tuple(self._mistakes()):
            raise ValueError("; ".join(mistakes))

    def _mistakes(self) -> Iterator[str]:
        """What does not fit together of feeds that are each right."""
        if self.proof is None and any(feed.kind == "telegram" and feed.enabled for feed in self.feeds):
            yield 'an enabled channel (kind = "telegram") needs proof: the official page that links it'
        if twice := repeated([feed.code for feed in self.feeds]):
            yield f"two of [[feed]] have the code {twice}"


# Whose pages are in a web archive although no publisher's file names their host.
IMPORTED = Publisher(code="imported", name="Imported pages", language="", headers={})
