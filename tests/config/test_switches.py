"""Publishers and feeds switched on and off: in the operator's own file, with every other word of it as it was."""

from __future__ import annotations

import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.config.folder import shipped_folder
from watcher.config.load import load
from watcher.config.switches import switch
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from watcher.config.load import Configuration

ARMY = '# ours\nname = "Army" # the name\n\n[[feed]]\ncode = "b"  # first\nurl = "https://a.example/b"\n'


def configured(where: Path, *, shipped: bool = True, **own: str) -> Configuration:
    (where / "publishers").mkdir(parents=True)
    (where / "watcher.toml").write_text("shipped_publishers = true\n" if shipped else "")
    for code, text in own.items():
        (where / "publishers" / f"{code}.toml").write_text(text)
    return load(where)


def polled(configuration: Configuration, code: str) -> dict[str, bool]:
    publisher = load(configuration.folder).publisher(code)
    assert publisher is not None
    return {feed.code: feed.enabled for feed in publisher.feeds}


def test_feed_is_enabled_in_the_own_file_and_the_shipped_one_stays(tmp_path: Path) -> None:
    """An upgrade replaces the shipped file: what was chosen must not be in it."""
    shipped = (shipped_folder() / "publishers" / "centcom.toml").read_text()
    (path,) = switch(configured(tmp_path), ["centcom/news"], enabled=True)
    assert path == tmp_path / "publishers" / "centcom.toml"
    assert tomllib.loads(path.read_text()) == {"feed": [{"code": "news", "enabled": True}]}
    assert (shipped_folder() / "publishers" / "centcom.toml").read_text() == shipped
    assert polled(load(tmp_path), "centcom")["news"]


def test_publisher_is_disabled_and_enabled_as_it_was(tmp_path: Path) -> None:
    """Whoever turns one off for a week finds the same feeds polled afterwards."""
    configuration = configured(tmp_path)
    before = polled(configuration, "centcom")
    switch(configuration, ["centcom"], enabled=False)
    assert not any(polled(configuration, "centcom").values())
    switch(load(tmp_path), ["centcom"], enabled=True)
    assert polled(configuration, "centcom") == before
    assert len(set(before.values())) == 2, "some are enabled, and some are not"


def test_publisher_without_an_enabled_feed_gets_all(tmp_path: Path) -> None:
    """`enable marines` that changes nothing would surprise everybody."""
    configuration = configured(tmp_path)
    switch(configuration, ["marines", "navy"], enabled=True)
    assert polled(configuration, "marines") == {"releases": True, "news": True}
    assert polled(configuration, "navy") == {"news": True}


def test_channel_is_enabled_by_its_name_alone(tmp_path: Path) -> None:
    """The terms of its service are somebody's to read: no general switch agrees to them."""
    configuration = configured(tmp_path)
    switch(configuration, ["ua-mod"], enabled=True)
    assert polled(configuration, "ua-mod") == {"news-en": True, "channel": False}
    switch(load(tmp_path), ["ua-mod/channel"], enabled=True)
    assert polled(configuration, "ua-mod") == {"news-en": True, "channel": True}


def test_every_other_word_of_the_file_stays(tmp_path: Path) -> None:
    """Comments, order and spaces are the operator's."""
    more = '\n# the second\n[[feed]]\ncode = "c"\nurl = "https://a.example/c"\nenabled = false # for now\n'
    (path,) = switch(configured(tmp_path, shipped=False, army=ARMY + more), ["army/c"], enabled=True)
    assert path.read_text() == (ARMY + more).replace("enabled = false", "enabled = true")
    switch(load(tmp_path), ["army"], enabled=False)
    lines = path.read_text().splitlines()
    assert [line for line in lines if line != "enabled = false"] == (ARMY + more).replace("false", "true").splitlines()
    assert not any(polled(load(tmp_path), "army").values())


def test_file_of_another_name_is_the_publishers_own(tmp_path: Path) -> None:
    """A second file for the same code would be a mistake that ends the daemon."""
    configuration = configured(tmp_path, shipped=False, zz='code = "army"\n' + ARMY)
    (path,) = switch(configuration, ["army/b"], enabled=False)
    assert path.name == "zz.toml"
    assert polled(configuration, "army") == {"b": False}


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["nobody"], "no publisher with the code nobody"),
        (["centcom/nothing"], "no feed centcom/nothing; there are: news, press-releases, releases, statements"),
        (["../evil"], "no publisher with the code .."),
        (["centcom/news", "nobody"], "nobody"),
        (["ua-general-staff"], "has channels alone, which are enabled by name: ua-general-staff/channel"),
        (["oir/releases"], "oir is disabled as a whole: enable oir first"),
    ],
)
def test_name_that_is_not_there_changes_nothing(tmp_path: Path, names: list[str], said: str) -> None:
    """Not even the first of two: a half-done command is one to be puzzled out."""
    configuration = configured(tmp_path, oir="enabled = false\n")
    with pytest.raises(ConfigError, match=said):
        switch(configuration, names, enabled=True)
    assert [path.name for path in (tmp_path / "publishers").iterdir()] == ["oir.toml"]


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A configuration may be mounted read-only, as in a container."""
    configuration = configured(tmp_path)
    (tmp_path / "publishers").rmdir()
    (tmp_path / "publishers").write_text("a file where the folder was")
    with pytest.raises(ConfigError, match=r"navy\.toml: cannot be changed"):
        switch(configuration, ["navy"], enabled=True)


LINES = [
    'name = "Army"',
    "# words",
    "",
    'own_forces = ["a",\n  "b"] # two',
    'page.body = ".x"',
    'headers = { "X-A" = "1" }',
    'organisation = """\nmany\nlines"""',
    "country = 'XY'",
]
LISTING = """[[feed]]
code = "b"
url = "https://a.example/b"
kind = "listing"
[feed.listing]
entry = "li"
[[feed]]
code = "c"
url = "https://a.example/c"
kind = "sitemap"
"""
QUOTED = """[[feed]]
  "code" = "b"
  url = "https://a.example/b"

[[feed]]
code = 'c'
url = "https://a.example/c"
"""
INLINE = 'feed = [{ code = "b", url = "https://a.example/b" }, { code = "c", url = "https://a.example/c" }]\n'


@settings(max_examples=15)
@given(
    st.lists(st.sampled_from(LINES), unique=True),
    st.sampled_from([LISTING, QUOTED, INLINE]),
    st.booleans(),
)
def test_whatever_a_file_looks_like_only_the_switch_changes(lines: list[str], feeds: str, enabled: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    """TOML has many forms, and an operator may use each of them."""
    text = "\n".join(dict.fromkeys(['name = "Army"', *lines])) + "\n" + feeds
    with tempfile.TemporaryDirectory() as place:
        configuration = configured(Path(place) / "c", shipped=False, army=text)
        (path,) = switch(configuration, ["army", "army/c"], enabled=enabled)
        after, before = tomllib.loads(path.read_text()), tomllib.loads(text)
        before["enabled"] = before["feed"][1]["enabled"] = enabled
        assert after == before
        assert polled(configuration, "army")["c"] == enabled
