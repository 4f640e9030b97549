"""`watcher init` and `watcher check`: a configuration to start from, and every mistake in one."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

from tests.support.command_line import watcher
from tests.support.scenario import configure

if TYPE_CHECKING:
    from pathlib import Path


def test_init_writes_a_sound_configuration_once(tmp_path: Path) -> None:
    """A first configuration is whole and sound, and is never overwritten."""
    assert watcher("init", tmp_path / "mine").returncode == 0
    assert {path.name for path in (tmp_path / "mine").iterdir()} == {"watcher.toml", "publishers", "words"}
    checked = watcher("--config", tmp_path / "mine", "check")
    assert checked.returncode == 0
    assert "is polled at once, for the first time" in checked.stdout
    assert "contact is not set" in checked.stderr
    assert not (tmp_path / "mine" / "watcher.db").exists(), "check touches nothing"
    again = watcher("init", tmp_path / "mine")
    assert (again.returncode, "exists already" in again.stderr) == (2, True)


def test_shipped_publishers_are_watched_and_not_copied(tmp_path: Path) -> None:
    """A copy would keep the rules of the version that made it."""
    watcher("init", tmp_path / "mine")
    assert list((tmp_path / "mine" / "publishers").iterdir()) == []
    assert "us-war/releases" in watcher("--config", tmp_path / "mine", "check").stdout


def test_new_configuration_can_be_changed_by_its_owner(tmp_path: Path) -> None:
    """What is copied from an installed package, which may be read-only, has to be writable."""
    watcher("init", tmp_path / "mine")
    files = list((tmp_path / "mine").rglob("*.toml"))
    assert files
    assert all(path.stat().st_mode & stat.S_IWUSR for path in files)


def test_what_is_written_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Channels' addresses are secrets, and so may be who is watched: files 0600, folders 0700, the database too."""
    mine = tmp_path / "mine"
    watcher("init", mine)
    settings = (mine / "watcher.toml").read_text()
    (mine / "watcher.toml").write_text(settings.replace("shipped_publishers = true", "shipped_publishers = false"))
    watcher("--config", mine, "poll")
    watcher("--config", mine, "backup", mine / "copies" / "one.db")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (mine, *mine.rglob("*"))}
    assert {"watcher.db", "one.db", "copies", "words"} <= modes.keys()
    for name, mode in modes.items():
        assert mode == (0o600 if "." in name else 0o700), name


def test_words_are_the_shipped_ones_until_there_are_own_ones(tmp_path: Path) -> None:
    """A copy from `init` kept the words of its version, and stopped the installation when the next knew more lists."""
    mine = tmp_path / "mine"
    watcher("init", mine)
    assert list((mine / "words").iterdir()) == []
    found = watcher("--config", mine, "detect", "--jsonl", "-", given='{"id": "1", "text": "Two soldiers died."}')
    assert json.loads(found.stdout)["totals"] == {"killed": [2, 2]}
    assert "replaces the shipped words" not in watcher("--config", mine, "check").stderr
    assert watcher("--config", mine, "export", "words", mine / "words").returncode == 0
    assert {path.name for path in (mine / "words").iterdir()} == {"en.toml", "weights.toml"}
    assert "replaces the shipped words" in watcher("--config", mine, "check").stderr
    again = watcher("--config", mine, "export", "words", mine / "words")
    assert (again.returncode, "en.toml, weights.toml exists already" in again.stderr) == (2, True)
    words = mine / "words" / "en.toml"
    words.write_text(words.read_text().replace("confirmations = [", "affirmations = ["))
    broken = watcher("--config", mine, "check")
    assert (broken.returncode, "delete what is not yours" in broken.stderr) == (2, True)
    words.unlink()
    assert "weights.toml is not read" in watcher("--config", mine, "check").stderr


def test_check_names_what_notifies_nobody(tmp_path: Path) -> None:
    """A channel that is off, and a rule for it alone, look like a configuration that sends alerts."""
    off = '[[channel]]\nname = "w"\nkind = "webhook"\nurl = "https://a.example/"\nenabled = false\n'
    configure(tmp_path, {}, settings=f'{off}[[rule]]\nname = "harm"\nchannels = ["w"]\n')
    said = watcher("--config", tmp_path, "check").stderr
    assert "no [[channel]] is configured and enabled" in said
    assert "rule harm notifies nobody: w is not enabled" in said


def test_check_names_publishers_whose_language_is_not_read(tmp_path: Path) -> None:
    """Somebody who enables a Ukrainian feed waits for alerts that no text of it can raise."""
    configure(tmp_path, {"news": "https://a.example/x"}, publisher='language = "uk"')
    assert "the detector reads en alone: texts of army (uk)" in watcher("--config", tmp_path, "check").stderr
    unread = '[[rule]]\nname = "unread"\nevents = ["unread"]\n'
    configure(tmp_path, {"news": "https://a.example/x"}, publisher='language = "uk"', settings=unread)
    assert "the detector reads" not in watcher("--config", tmp_path, "check").stderr


def test_check_names_feeds_of_one_address(tmp_path: Path) -> None:
    """A publisher whose feed is watched twice is asked twice as often as it would like."""
    configure(tmp_path, {"news": "https://a.example/x", "again": "https://a.example/x", "other": "https://a.example/y"})
    said = watcher("--config", tmp_path, "check").stderr
    assert "army/news and army/again poll the same address, https://a.example/x" in said
    assert "army/other" not in said


def test_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """`init` into a file's folder."""
    (tmp_path / "file").write_text("")
    done = watcher("init", tmp_path / "file" / "x")
    assert (done.returncode, "cannot be written" in done.stderr) == (2, True)


def test_check_names_every_secret_that_is_not_set(tmp_path: Path) -> None:
    """Of channels, of mail, and of the headers of feeds: an empty key would be refused every hour."""
    settings = '[[channel]]\nname = "w"\nkind = "webhook"\nurl = { env = "NO_URL" }\nsecret = { file = "/nowhere" }\n'
    settings += '[mail]\nhost = "h"\nsender = "a@b.example"\npassword = { env = "NO_PASSWORD" }\n'
    configure(
        tmp_path, {"news": "https://a.example/x"}, settings=settings, publisher='headers.X-Key = { env = "NO_KEY" }'
    )
    done = watcher("--config", tmp_path, "check")
    assert done.returncode == 2
    for place in (
        "channel w.url: $NO_URL",
        "channel w.secret: /nowhere",
        "mail.password: $NO_PASSWORD",
        "X-Key: $NO_KEY",
    ):
        assert f"{place} is not set or empty" in done.stderr


def test_check_names_mistakes_of_all_files_together(tmp_path: Path) -> None:
    """Settings, publishers and words in one go."""
    configure(tmp_path, {"news": "https://a.example/x"})
    (tmp_path / "watcher.toml").write_text('databse = "x"')
    (tmp_path / "publishers" / "navy.toml").write_text("name = 5")
    (tmp_path / "words" / "en.toml").write_text("oops")
    done = watcher("--config", tmp_path, "check")
    assert done.returncode == 2
    for file in ("watcher.toml", "navy.toml", "en.toml"):
        assert file in done.stderr


def test_check_names_what_is_wrong_with_page_rules(tmp_path: Path) -> None:
    """A selector with a typing error left every page of its publisher unread, and nothing said so before."""
    rules = '[page]\nbody = ["..text"]\nremove = ["p::before", "a"]\ndate_formats = ["%d %B", "%Q"]\nsince = "1999"\n'
    configure(tmp_path, {"news": "https://a.example/x"})
    army = tmp_path / "publishers" / "army.toml"
    army.write_text(army.read_text() + rules)
    done = watcher("--config", tmp_path, "check")
    assert done.returncode == 2
    said = [line.partition("publisher army: page.")[2] for line in done.stderr.splitlines()]
    assert [line.partition(":")[0] for line in said] == ["body", "remove", "date_formats", "since"]
    assert "'Q' is a bad directive" in said[2]
