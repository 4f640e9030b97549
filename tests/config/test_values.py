"""The kinds of values: durations, zones, codes, addresses, lists, and secrets that are only named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from watcher.config.checks import check
from watcher.config.publishers import Feed, Publisher
from watcher.config.rules import Rule
from watcher.config.settings import Channel, Http, Settings
from watcher.config.tables import Secret, Table
from watcher.model.selectors import ListingRule, PageRules

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.config.values import Listed, Seconds, TextOrSecret, WebAddress, Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample(Table):
    """A table with one value of each kind."""

    seconds: Seconds = 0
    listed: Listed = ()
    zone: Zone = "UTC"
    address: WebAddress = "https://a.example"
    place: TextOrSecret | None = None


def sample(**fields: Any) -> Sample:
    return check(Sample, fields)


def mistakes(kind: type[Table], given: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        check(kind, given)
    return "\n".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in caught.value.errors())


@pytest.mark.parametrize(
    ("said", "seconds"), [(90, 90), ("90s", 90), ("15m", 900), ("48h", 172800), (" 7 d ", 604800), ("0s", 0)]
)
def test_duration_is_a_number_or_has_a_unit(said: Any, seconds: int) -> None:
    """People think in hours and days; the program counts seconds."""
    assert sample(seconds=said).seconds == seconds


@pytest.mark.parametrize("said", ["", "soon", "15", "1.5h", "-5m", "5 minutes", "5M", -1, 1.5, None, [5]])
def test_anything_else_is_no_duration(said: Any) -> None:
    """A number without a unit in quotes could be minutes to one and seconds to another."""
    assert "seconds" in mistakes(Sample, {"seconds": said})


@given(st.integers(0, 10**6), st.sampled_from("smhd"))
def test_units_multiply(count: int, unit: str) -> None:
    """Any whole number of any unit."""
    assert sample(seconds=f"{count}{unit}").seconds == count * {"s": 1, "m": 60, "h": 3600, "d": 86400}[unit]


def test_one_word_is_a_list_of_one() -> None:
    """`body = "article"` is what people write; its letters must not become six selectors."""
    assert sample(listed="article").listed == ("article",)
    assert sample(listed=["a", "b"]).listed == ("a", "b")


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../UTC", "/etc/passwd", "EST5EDT\x00", "Europe"])
def test_zone_that_is_none_is_told(zone: str) -> None:
    """A wrong zone moves every date by hours, silently; a path must not be opened."""
    assert "no time zone" in mistakes(Sample, {"zone": zone})


@pytest.mark.parametrize(
    "address",
    [
        "ftp://a.example",
        "a.example/rss",
        "https://",
        "https:// a",
        "https://a.example/x y",
        "https://[::1",
        "https://:80/",
        "javascript:x",
        "",
    ],
)
def test_only_web_addresses_are_asked_for(address: str) -> None:
    """Anything else could be a file of this machine."""
    assert "web address" in mistakes(Sample, {"address": address})


@pytest.mark.parametrize("code", ["", "A", "a b", "-a", "a/b", "..", "é", "a.b"])
def test_code_can_be_a_file_name_and_a_word_of_a_command(code: str) -> None:
    """A code is typed on the command line and names a file."""
    assert "code" in mistakes(Feed, {"code": code, "url": "https://a.example"})


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (Http, {"contakt": "x"}),
        (Rule, {"name": "r", "harm": ["killed"]}),
        (Channel, {"name": "c", "kind": "webhook", "url": "https://a.example", "uri": "x"}),
        (Publisher, {"code": "a", "name": "A", "feeds": []}),
    ],
)
def test_key_that_is_not_known_is_a_mistake(kind: type[Table], given: dict[str, Any]) -> None:
    """A typing mistake in a rule would otherwise be a rule that is never applied."""
    assert "Unexpected keyword" in mistakes(kind, given)


def test_secret_is_a_place_and_nothing_else(tmp_path: Path) -> None:
    """Exactly one of env and file; text in its place is refused without being repeated."""
    for wrong in ({}, {"env": "A", "file": tmp_path}, {"value": "hunter2"}):
        assert "hunter2" not in mistakes(Secret, wrong)
    assert "hunter2" not in mistakes(Sample, {"place": "hunter2"})
    assert sample(place="https://a.example").place == "https://a.example"
    assert sample(place={"env": "A"}).place == Secret(env="A")


@pytest.mark.parametrize("written", ["", "\n", None])
def test_empty_or_absent_secret_is_none(tmp_path: Path, written: str | None) -> None:
    """An empty password must not be sent as one."""
    file = tmp_path / "secret"
    if written is not None:
        file.write_text(written)
    assert Secret(file=file).read() is None
    assert Secret(file=tmp_path).read() is None


@pytest.mark.parametrize("name", ["Authorization", "COOKIE", "Proxy-Authorization", "X-Api-Key", "apikey-api-key"])
def test_header_that_lets_somebody_in_is_a_secret(name: str) -> None:
    """Check 64: a key in a publishers file would be copied with it; a plain header may stand there."""
    feed = {"code": "a", "url": "https://a.example"}
    said = mistakes(Feed, feed | {"headers": {name: "Bearer hunter2"}})
    assert "must not be written here" in said
    assert "hunter2" not in said
    assert check(Feed, feed | {"headers": {name: {"env": "KEY"}, "X-Desk": "a"}}).headers["X-Desk"] == "a"


@pytest.mark.parametrize("interval", ["4m", 299, 0])
def test_no_feed_is_asked_more_often_than_every_five_minutes(interval: Any) -> None:
    """Check 15: the floor is hard."""
    assert "interval" in mistakes(Feed, {"code": "a", "url": "https://a.example", "interval": interval})
    assert check(Feed, {"code": "a", "url": "https://a.example", "interval": "5m"}).interval == 300


def test_defaults_are_polite_and_safe() -> None:
    """Who sets nothing asks one host once a second, checks certificates, obeys robots.txt and asks no private one."""
    http = Settings().http
    assert (http.host_interval, http.host_connections, http.robots, http.allow_addresses) == (1.0, 1, True, ())
    assert Settings().alert_max_age == 48 * 3600


def test_page_rules_are_lists_of_selectors_and_nothing_else() -> None:
    """One selector stands for a list of it; a mistyped part would leave its words in every text."""
    named = {"code": "a", "name": "A"}
    assert check(Publisher, named | {"page": {"body": "article", "since": "2003-01-01"}}).page == PageRules(
        body=("article",), since="2003-01-01"
    )
    assert check(Publisher, named).page == PageRules()
    assert "page.bodi" in mistakes(Publisher, named | {"page": {"bodi": "article"}})
    assert "page.time_zone" in mistakes(Publisher, named | {"page": {"time_zone": "UTC"}})
    assert "page.body.0" in mistakes(Publisher, named | {"page": {"body": [1]}})


@pytest.mark.parametrize(
    ("listing", "key"), [({"entry": ""}, "entry"), ({}, "entry"), ({"entry": "li", "url": "a"}, "url")]
)
def test_listing_without_entry_or_with_a_strange_key_is_a_mistake(listing: dict[str, str], key: str) -> None:
    """A list that selects nothing would be a feed that never brings anything."""
    feed = {"code": "a", "url": "https://a.example", "kind": "listing"}
    assert f".{key}: " in mistakes(Feed, feed | {"listing": listing})
    assert check(Feed, feed | {"listing": {"entry": "li"}}).listing == ListingRule(entry="li")
