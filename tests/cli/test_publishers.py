"""`watcher publishers`: who is configured, found by any word, and switched on and off in one's own files."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.command_line import watcher
from tests.support.scenario import configure
from watcher.config.load import load
from watcher.store.database_file import only_instance

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = "shipped_publishers = true\n"
OWN = '[[feed]]\ncode = "news"\nenabled = true\n'


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder over the shipped publishers, with one of its own (`army`) and one that it has changed (`navy`)."""
    configure(tmp_path, {"news": "https://army.example/rss"}, settings=SHIPPED)
    (tmp_path / "publishers" / "navy.toml").write_text(OWN)
    return tmp_path


def listed(folder: Path, *words: str) -> dict[str, dict[str, Any]]:
    done = watcher("--config", folder, "publishers", *words, "--json")
    assert done.returncode == 0, done.stderr
    return {row["publisher"]: row for row in json.loads(done.stdout)}


def test_list_says_how_many_feeds_are_polled_and_whose_words_they_are(mine: Path) -> None:
    """One look tells what is the operator's and what an upgrade may change."""
    found = listed(mine)
    assert {code: (found[code]["feeds"], found[code]["from"]) for code in ("army", "navy", "marines")} == {
        "army": ("1 of 1", "own"),
        "navy": ("1 of 1", "own over shipped"),
        "marines": ("0 of 2", "shipped"),
    }
    assert listed(mine, "list", "--country", "gb").keys() == {"uk-mod", "uk-raf", "ukmto", "ukpol"}
    assert listed(mine, "list", "--country", "gb", "--enabled").keys() == {"uk-mod"}
    rows = list(csv.DictReader(io.StringIO(watcher("--config", mine, "publishers", "--disabled", "--csv").stdout)))
    assert {"marines", "nato"} <= {row["publisher"] for row in rows}
    assert "centcom" not in {row["publisher"] for row in rows}


def test_search_finds_by_name_address_and_kind_of_site(mine: Path) -> None:
    """Whoever knows a word of it need not know the code."""
    assert listed(mine, "search", "ukraine").keys() >= {"ua-mod", "ua-armyinform", "osce-smm"}
    assert listed(mine, "search", "Fatality").keys() == {"uk-mod"}
    assert listed(mine, "search", "afpims", "marine").keys() == {"marines"}
    done = watcher("--config", mine, "publishers", "search", "zzz")
    assert (done.returncode, done.stdout) == (0, "no publisher is like that\n")


def test_show_tells_what_is_known_and_from_where(mine: Path) -> None:
    """Licence, walls, relays and files: what somebody needs who is asked about a source."""
    done = watcher("--config", mine, "publishers", "show", "centcom")
    assert done.returncode == 0
    for part in ("U.S. Central Command", "Public domain", "relay         dvids", "centcom/statements", "centcom.toml"):
        assert part in done.stdout
    record = json.loads(watcher("--config", mine, "publishers", "show", "navy", "--json").stdout)
    assert [path.rsplit("/", 1)[1] for path in record["files"]] == ["navy.toml", "navy.toml"]
    assert record["feeds"][0]["enabled"] == "yes"
    assert watcher("--config", mine, "publishers", "show", "nobody").returncode == 2


def test_enable_and_disable_write_and_say_where(mine: Path) -> None:
    """What was written is named, and a mistake is one sentence with exit code 2."""
    done = watcher("--config", mine, "publishers", "enable", "marines", "navy/news")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [f"written to {mine}/publishers/{code}.toml" for code in ("marines", "navy")]
    assert watcher("--config", mine, "publishers", "disable", "navy").returncode == 0
    assert listed(mine)["navy"]["feeds"] == "0 of 1"
    wrong = watcher("--config", mine, "publishers", "enable", "marines/x")
    assert (wrong.returncode, wrong.stderr) == (2, "watcher: there is no feed marines/x; there are: news, releases\n")


def test_running_daemon_is_to_be_told(mine: Path) -> None:
    """A switch that seems to do nothing for days is worse than one that says what is missing."""
    database = load(mine).database
    database.write_bytes(b"")
    with only_instance(database):
        done = watcher("--config", mine, "publishers", "disable", "dvids")
    assert "when it gets SIGHUP" in done.stdout
    assert "SIGHUP" not in watcher("--config", mine, "publishers", "enable", "dvids").stdout
