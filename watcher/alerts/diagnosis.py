"""What is the matter with a feed or a channel: its state, why, since when, and what to do.

`watcher doctor` and the pages of the web say the same, in these words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from watcher.alerts.health import current_problems, quiet_since

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from watcher.config.settings import Channel
    from watcher.model.feed import FeedHistory


# Of feeds, of channels, of the installation.
State = Literal[
    "healthy", "new", "quiet", "shrunk", "failing", "blocked", "broken rule", "gone",
    "off", "disabled", "not set", "down", "late",
    "low", "full", "wrong", "broken", "unknown", "not running", "not well",
]  # fmt: skip
# States in which nobody has to do anything.
_WELL: frozenset[State] = frozenset({"healthy", "new", "off", "unknown"})
_REFUSALS = re.compile(r"^\D{0,20}\b(401|403|407|429|451)\b")
_BLOCKED = frozenset({"blocked", "robots", "held"})
_STATES: Mapping[str, State] = {
    "walled": "blocked",
    "site_changed": "broken rule",
    "shrunk": "shrunk",
    "silent": "quiet",
}
_ADDRESS = "open the address in a browser: if it has moved, set its new url in the publisher's file"
_REMEDIES = {
    "gone": f"{_ADDRESS}, or remove the feed; `watcher poll {{feed}}` asks it once more",
    "blocked": "name [http] contact and ask the publisher to let this program in, or poll less often (interval)",
    "broken rule": "`watcher feeds test {publisher}` shows what the rules find: change the selectors",
    "shrunk": "look whether the publisher has taken entries out; if it wants it so, there is nothing to do",
    "quiet": "look at the publisher's site for something newer: if there is, the feed is no longer kept up",
    "new": "nothing: it is polled as soon as the daemon runs",
}
_WALLED = (
    "the feed's own words are stored and the pages asked for again; name [http] contact and ask the publisher to let"
    ' this program in, or allow copies with fallback = ["wayback"] in publishers/{publisher}.toml'
)
# Of a failing feed, by the outcome of its last poll.
_FAILURES = {
    "timed_out": "look whether the site is slow for others too; [http] deadline can be longer",
    "unreachable": f"look whether the site is there for others too; {_ADDRESS}",
    "tls": "look at the site's certificate in a browser; tls_verify = false is the last resort",
    "too_large": "raise [http] max_wire_bytes or max_body_bytes if so much is right",
    "truncated": "nothing at first: the server cut its answer short, and it is asked again",
    "bad_redirect": "open the address in a browser and set the url that it ends at",
    "forbidden": "the address is private: [http] allow_addresses lets it be asked",
    "login_refused": "look whether user and password still open the mailbox, and whether it wants one for programs",
    "folder_gone": "look what the folder is called now, and set it in the url; the folder's own rights may hide it too",
    "not_a_mailbox": "look whether host and port in the url are those of an IMAP server",
    "not_a_feed": f"the answer is no feed; {_ADDRESS}",
    "empty_feed": "open the address in a browser: if the list is empty there too, wait",
    "killed": "the body took too long to read; if that lasts, please report the feed",
    "failed": "look for the reference in the log and please report it",
}
# Of a mailbox where the general advice is about web sites.
_OF_MAILBOXES = {
    "unreachable": "look whether the mail server answers others too, and whether host and port in the url are right",
    "timed_out": "look whether the mail server is slow for others too; [http] deadline can be longer",
    "tls": "look at the mail server's certificate; tls_verify = false is the last resort",
    "too_large": "the server sent more than it said: if that lasts, ask its operator",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """The state of one thing (`kind` is feed, channel or installation), why, since when, and what to do about it."""

    kind: Literal["feed", "channel", "installation"]
    name: str
    state: State
    why: str = ""
    since: datetime | None = None
    remedy: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nobody has to do anything."""
        return self.state in _WELL


def feed_condition(history: FeedHistory, now: datetime) -> Condition:
    """The worst state that a feed is in; what else is the matter is part of why."""
    problems = dict(current_problems(history, now))
    also = "; ".join(f"also {_STATES[kind]}: {words}" for kind, words in problems.items() if kind in _STATES)
    if history.stopped_at is not None:
        return _feed(history, "gone", history.error or "its server answered 410 (gone)", history.stopped_at)
    if history.polled_at is None:
        return _feed(history, "new", "not polled yet", None)
    if history.failing_since is not None:
        state = _failing_state(history)
        why = "; ".join(
            part for part in (f"{history.outcome}: {history.error}", _asked_to_wait(history, now), also) if part
        )
        return _feed(history, state, why, history.failing_since)
    for kind, state in _STATES.items():
        if kind in problems:
            since = quiet_since(history) if kind == "silent" else history.since.get(kind, history.succeeded_at)
            return _feed(history, state, problems[kind], since, remedy=_remedy(kind, history))
    return _feed(history, "healthy", "", history.succeeded_at)


def _remedy(kind: str, history: FeedHistory) -> str:
    """What to do where that is another thing than the state's name says; empty elsewhere."""
    if kind == "walled":
        return _WALLED
    return _FAILURES["failed"] if kind == "site_changed" and any(history.pages_failed) else ""


def _asked_to_wait(history: FeedHistory, now: datetime) -> str:
    """Until when nothing is asked because the server said so: a week of silence may be a mistake of its own."""
    until = history.not_before_at
    return f"it asks to be left alone until {until:%Y-%m-%d %H:%M} UTC" if until and until > now else ""


def _failing_state(history: FeedHistory) -> State:
    if history.outcome in _BLOCKED or (history.outcome == "http_status" and _REFUSALS.match(history.error)):
        return "blocked"
    if history.kind == "listing" and history.outcome in {"not_a_feed", "empty_feed"}:
        return "broken rule"
    return "failing"


def _feed(history: FeedHistory, state: State, why: str, since: datetime | None, remedy: str = "") -> Condition:
    remedy = remedy or _REMEDIES.get(state, "")
    if state == "failing":
        remedy = _FAILURES.get(history.outcome, _ADDRESS)
        if history.kind == "mail":
            remedy = _OF_MAILBOXES.get(history.outcome, remedy)
    publisher = history.name.partition("/")[0]
    return Condition("feed", history.name, state, why, since, remedy.format(feed=history.name, publisher=publisher))


def channel_condition(channel: Channel, row: Mapping[str, Any], *, unset: str = "") -> Condition:
    """The state of a channel: `row` is what the tables say of it, `unset` names a secret that is not set."""

    def condition(state: State, why: str, since: datetime | None = None, remedy: str = "") -> Condition:
        return Condition("channel", channel.name, state, why, since, remedy)

    again = f"then `watcher alerts retry --channel {channel.name}`" if row["dead"] else ""
    if not channel.enabled:
        return condition("off", "enabled = false")
    if unset:
        return condition("not set", f"{unset} is not set or empty", None, "set the variable, or write the file")
    if row["disabled_at"]:
        remedy = f"set its new address, then `watcher channels enable {channel.name}`"
        return condition("disabled", row["reason"] or "its receiver answered 410 (gone)", row["disabled_at"], remedy)
    if row["failure_count"] or row["dead"]:
        why = "; ".join(part for part in (_failures(row), _counted(row)) if part)
        remedy = "; ".join(part for part in (f"`watcher channels test {channel.name}` shows its answer", again) if part)
        return condition("down" if row["failure_count"] else "late", why, row["sent_at"], remedy)
    if row["sent_at"] is None:
        return condition("unknown", "nothing was ever sent to it", None, f"`watcher channels test {channel.name}`")
    return condition("healthy", _counted(row), row["sent_at"])


def _failures(row: Mapping[str, Any]) -> str:
    count = row["failure_count"]
    times = "the last attempt" if count == 1 else f"the last {count} attempts"
    return f"{times} failed: {row['last_answer']}" if count else ""


def _counted(row: Mapping[str, Any]) -> str:
    counts = (("pending", "waits", "wait"), ("held", "is held", "are held"), ("dead", "was given up", "were given up"))
    return ", ".join(f"{row[name]} {one if row[name] == 1 else many}" for name, one, many in counts if row[name])
