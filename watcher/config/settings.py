"""`watcher.toml`: the database, HTTP, mail, channels and rules of an installation; all but its publishers."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.config.evidence import Evidence, Timestamp, Wayback
from watcher.config.folder import DATABASE
from watcher.config.rules import Digest, QuietHours, Rule
from watcher.config.tables import Secret, Table, listed, repeated
from watcher.model.text_context import OLD_AFTER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ipaddress import IPv4Network, IPv6Network
    from typing import Annotated, Literal

    from pydantic import AfterValidator, BeforeValidator, Field

    from watcher.config.values import (
        Code,
        DayTime,
        MailAddress,
        Proxy,
        Seconds,
        Secrets,
        TextOrSecret,
        Times,
        WebAddress,
        Zone,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Http(Table):
    """How feeds and pages are fetched. Intervals and deadlines are seconds, sizes are bytes.

    `longest_wait` bounds the pause that max-age, Expires, ttl and sy:updatePeriod can set.
    """

    contact: str = ""
    user_agent: str = ""
    allow_addresses: tuple[IPv4Network | IPv6Network, ...] = ()
    host_interval: Annotated[float, Field(ge=0)] = 1.0
    host_connections: Annotated[int, Field(ge=1, le=64)] = 1
    connections: Annotated[int, Field(ge=1, le=1000)] = 64
    deadline: Annotated[float, Field(gt=0)] = 30.0
    max_wire_bytes: Annotated[int, Field(gt=0)] = 10_000_000
    max_body_bytes: Annotated[int, Field(gt=0)] = 20_000_000
    proxy: Proxy | None = None
    robots: bool = True
    longest_wait: Annotated[Seconds, Field(ge=300)] = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail(Table):
    """The mail server. `tls` is "starttls", "implicit", or "none" (only where no password is sent).

    `ca_file` names certificate authorities (PEM) to trust instead of the system's.
    """

    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    sender: MailAddress
    user: str = ""
    password: Secret | None = None
    ca_file: Path | None = None
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    deadline: Annotated[float, Field(gt=0)] = 30.0

    def __post_init__(self) -> None:
        """Raise ValueError where a password would go in clear."""
        if (self.password is not None or self.user) and self.tls == "none":
            raise ValueError('a password needs tls = "starttls" or "implicit"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback(Table):
    """Where copies are asked for of pages that turn programs away, by publishers with `fallback`.

    `wayback` is the Wayback Machine, `dvids` the API of DVIDS, which needs a key (https://api.dvidshub.net/).
    """

    wayback: WebAddress = "https://web.archive.org"
    dvids: WebAddress = "https://api.dvidshub.net"
    dvids_key: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dkim(Table):
    """Where the keys are looked up that sign the messages of press lists.

    `name_servers` are addresses, with a port where it is another than 53; without them the system's are asked.
    """

    name_servers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel(Table):
    """A destination for alerts. `time_zone` is that of its readers.

    `secret` may be a list while it is being changed: every message is signed with each of them, the new one first.
    `routing_key` is that of an integration of PagerDuty, whose `url` is its own unless one is given. `envelope` is how
    Teams gets a card: within a "message", or the bare "card", as a workflow may want it.
    `deadline` is in seconds for one message. `report` sends the daily report there, `selftest` the daily test.
    `quiet_hours` and `digest_at` replace the general ones for this channel.
    """

    name: Code
    kind: Literal["webhook", "email", "slack", "discord", "mattermost", "teams", "apprise", "pagerduty"]
    url: TextOrSecret | None = None
    secret: Secrets = ()
    routing_key: Secret | None = None
    envelope: Literal["message", "card"] = "message"
    to: Annotated[tuple[MailAddress, ...], BeforeValidator(listed)] = ()
    time_zone: Zone = "UTC"
    deadline: Annotated[float, Field(ge=15, le=30)] = 20.0
    report: bool = False
    selftest: bool = False
    quiet_hours: QuietHours | None = None
    digest_at: DayTime | None = None
    enabled: bool = True

    def __post_init__(self) -> None:
        """Raise ValueError where its keys do not fit its kind."""
        if self.kind == "email":
            if not self.to:
                raise ValueError("an email channel needs to")
        elif self.kind == "pagerduty":
            if self.routing_key is None:
                raise ValueError("a pagerduty channel needs routing_key")
        elif self.url is None:
            a = "an apprise channel" if self.kind == "apprise" else f"a {self.kind}"
            raise ValueError(f"{a} needs url")
        elif self.kind != "webhook" and not isinstance(self.url, Secret):
            # Whoever knows it can write there.
            raise ValueError('the url is a secret here; write { env = "NAME" } or { file = "path" }')
        if self.secret and self.kind != "webhook":
            raise ValueError("secret signs the messages of a webhook; other kinds have none")
        if self.routing_key and self.kind != "pagerduty":
            raise ValueError("routing_key is for channels of the kind pagerduty")
        if self.envelope != "message" and self.kind != "teams":
            raise ValueError("envelope is for channels of the kind teams")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ocr(Table):
    """Scanned pages of PDFs read by Tesseract, which has to be installed; off by default, for it misreads numbers.

    `languages` are Tesseract's codes, `most_pages` is for one document. Each page costs some seconds of a worker.
    """

    enabled: bool = False
    languages: Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z][a-z_A-Z]{2,20}$")], ...], Field(min_length=1)] = (
        "eng",
    )
    most_pages: Annotated[int, Field(ge=1, le=500)] = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck(Table):
    """When pages are rechecked: seconds after publication (or first sight), an empty list means never.

    A release that was missing at `removal_count` rechecks over `removal_span` seconds counts as removed.
    """

    after: Times = (3600, 21_600, 86_400, 259_200, 604_800, 2_592_000)
    removal_count: Annotated[int, Field(ge=1, le=100)] = 3
    removal_span: Seconds = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection(Table):
    """How texts are read. What happened `old_after` seconds before its publication is background or commemorated."""

    old_after: Seconds = int(OLD_AFTER.total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSub(Table):
    """Pushes from the hubs that feeds announce; off without this table.

    `callback` is the public address under which hubs reach `listen` and `port`; `secret` the key from which the secrets
    of all subscriptions are derived; `lease` the duration of a subscription in seconds.
    """

    callback: WebAddress
    secret: Secret
    listen: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8089
    lease: Annotated[Seconds, Field(ge=3600)] = 10 * 86400


def _loopback(value: str) -> str:
    try:
        is_loopback = ip_address(value).is_loopback
    except ValueError:
        is_loopback = value == "localhost"
    if not is_loopback:
        raise ValueError("must be an address of this machine alone, such as 127.0.0.1 or ::1")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Table):
    """`/healthz`, `/readyz` and `/metrics` on an address of this machine; off without this table."""

    listen: Annotated[str, AfterValidator(_loopback)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8002


@dataclass(frozen=True, slots=True, kw_only=True)
class Web(Table):
    """The reading room. `hosts` are the names under which it is asked for, beside loopback and `datasette_url`.

    `sql` says whether readers may write SQL of their own; without it they may where the server listens on loopback.
    Where others reach that through a proxy, `sql = false` turns it off.
    """

    hosts: tuple[str, ...] = ()
    sql: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer(Table):
    """Somebody who may review claims in the reading room; `password_hash` is what `datasette hash-password` prints."""

    name: Code
    password_hash: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat(Table):
    """A dead-man's switch: a service that raises the alarm when nothing is heard any more; off without this table.

    `url` is the address of a check, as healthchecks.io gives it; it is asked every `interval` seconds where all is
    well, with `/start` after it at each start and with `/fail` where something is not well.
    """

    url: TextOrSecret
    interval: Annotated[Seconds, Field(ge=10)] = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Table):
    """All of `watcher.toml`. `database` is a path relative to the configuration's folder.

    `shipped_publishers` puts the publishers that come with the program under those of the folder: see the how-to on
    publishers.
    `false_alarm_to` is the address in alerts for false alarms, `datasette_url` where readers open the database.
    `report_at` and `selftest_at` are times of the day in UTC.
    """

    database: Path = Path(DATABASE)
    shipped_publishers: bool = False
    name: str = ""
    false_alarm_to: str = ""
    datasette_url: WebAddress | None = None
    report_at: DayTime = "06:00"
    selftest_at: DayTime = "05:30"
    alert_max_age: Seconds = 48 * 3600
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    quiet_hours: QuietHours | None = None
    digest: Digest = field(default_factory=Digest)
    http: Http = field(default_factory=Http)
    recheck: Recheck = field(default_factory=Recheck)
    detection: Detection = field(default_factory=Detection)
    ocr: Ocr = field(default_factory=Ocr)
    websub: WebSub | None = None
    mail: Mail | None = None
    dkim: Dkim = field(default_factory=Dkim)
    fallback: Fallback = field(default_factory=Fallback)
    evidence: Evidence = field(default_factory=Evidence)
    web: Web = field(default_factory=Web)
    status: Status | None = None
    heartbeat: Heartbeat | None = None
    timestamp: Timestamp = field(default_factory=Timestamp)
    wayback: Wayback = field(default_factory=Wayback)
    reviewers: tuple[Reviewer, ...] = field(default=(), metadata={"key": "reviewer"})
    channels: tuple[Channel, ...] = field(default=(), metadata={"key": "channel"})
    rules: tuple[Rule, ...] = field(default=(), metadata={"key": "rule"})

    @property
    def reading_room(self) -> str:
        """Where readers open the database, without a slash at its end; empty where nobody said."""
        return (self.datasette_url or "").rstrip("/")

    def __post_init__(self) -> None:
        """Raise ValueError where names occur twice, or a table is missing."""
        if mistakes := tuple(self._mistakes()):
            raise ValueError("; ".join(mistakes))

    def _mistakes(self) -> Iterator[str]:
        """What does not fit together of tables that are each right."""
        for kind, tables in (("channel", self.channels), ("rule", self.rules), ("reviewer", self.reviewers)):
            if twice := repeated([table.name for table in tables]):
                yield f"two of [[{kind}]] are named {twice}"
        if self.mail is None and any(channel.kind == "email" for channel in self.channels):
            yield "an email channel needs the table [mail]"
