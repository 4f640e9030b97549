"""Press lists and walls in publishers' files: the examples of their how-tos work, nonsense is a mistake."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT
from watcher.config.load import load
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.config.load import Configuration

PAGE = (ROOT / "docs" / "how-to" / "read-a-press-list.md").read_text(encoding="utf-8")
EXAMPLE = re.sub(r"^ {3}", "", re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0], flags=re.MULTILINE)


def _loaded(folder: Path, table: str) -> Configuration:
    (folder / "publishers").mkdir()
    (folder / "watcher.toml").write_text("")
    (folder / "publishers" / "army.toml").write_text(table)
    return load(folder)


def test_the_example_of_the_how_to_loads(tmp_path: Path) -> None:
    """It is there to be copied; with the line on signatures too."""
    configuration = _loaded(tmp_path, EXAMPLE + 'signed_by = ["army.example"]\n')
    _, feed = configuration.by_name["army/press-list"]
    assert feed.mail is not None
    assert (feed.url, feed.mail.senders) == (
        "imaps://mail.example.org/INBOX",
        ("press@army.example", "@news.army.example"),
    )
    assert configuration.publisher_at("https://mail.example.org/page") is None  # our mail server is not the publisher's


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("imaps://mail.example.org/INBOX", "imap://mail.example.org/INBOX", "the password would go in clear"),
        ("imaps://mail", "imaps://user:secret@mail", "the user stands in"),
        ("imaps://mail.example.org/INBOX", "https://mail.example.org/", "belong together"),
        ('kind = "mail"', 'kind = "feed"', "belong together"),
        ('password = { env = "PRESS_LIST_PASSWORD" }', 'password = "open sesame"', "must not be written here"),
        ('["press@army.example", "@news.army.example"]', "[]", "from"),
        ('"press@army.example", "@news.army.example"', '"army.example"', "must be an address or a domain"),
        ('from = ["press@army.example", "@news.army.example"]', "", "from"),
    ],
)
def test_what_cannot_be_meant_is_a_mistake(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A password in clear, a list that takes anybody's words: better said before the first poll."""
    assert old in EXAMPLE
    with pytest.raises(ConfigError, match=said) as mistake:
        _loaded(tmp_path, EXAMPLE.replace(old, new))
    assert "open sesame" not in str(mistake.value)


def test_the_example_of_the_how_to_on_walls_loads(tmp_path: Path) -> None:
    """Both of its files, as they stand there."""
    words = (ROOT / "docs" / "how-to" / "read-pages-behind-a-wall.md").read_text(encoding="utf-8")
    contact, publisher, key = re.findall(r"```toml\n(.*?)```", words, re.DOTALL)
    (tmp_path / "publishers").mkdir()
    (tmp_path / "watcher.toml").write_text(contact + key)
    (tmp_path / "publishers" / "army.toml").write_text(publisher)
    configuration = load(tmp_path)
    assert [one.fallback for one in configuration.publishers] == [("wayback",)]
    assert str(configuration.settings.fallback.dvids_key) == "$DVIDS_API_KEY"


def test_a_keeper_that_is_none_is_a_mistake(tmp_path: Path) -> None:
    """A mistyped name must not mean that no copy is read."""
    with pytest.raises(ConfigError, match="fallback"):
        _loaded(tmp_path, 'name = "The Army"\nfallback = ["waybck"]\n')
