"""The configuration: found, read whole, and every mistake told at once with its file and key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.scenario import WORDS
from watcher.config.folder import find_folder, shipped_folder
from watcher.config.load import load
from watcher.config.tables import Secret
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

GOOD = 'name = "Army"\n[[feed]]\ncode = "news"\nurl = "https://army.example/rss"\n'


def folder(where: Path, settings: str = "", **publishers: str) -> Path:
    (where / "publishers").mkdir(parents=True)
    (where / "watcher.toml").write_text(settings)
    for code, text in publishers.items():
        (where / "publishers" / f"{code}.toml").write_text(text)
    return where


def mistakes(where: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load(where)
    return str(caught.value)


def test_shipped_configuration_is_sound() -> None:
    """What everybody starts with has no mistake, speaks of its doubts, and has unique feeds."""
    configuration = load(shipped_folder())
    urls = [feed.url for _, feed in configuration.feeds()]
    assert len(urls) == len(set(urls)) > 10
    assert not any(publisher.verified for publisher in configuration.publishers)


def test_mistakes_of_all_files_are_named_at_once(tmp_path: Path) -> None:
    """A user mends a configuration in one go, not one error after the other."""
    where = folder(
        tmp_path,
        'databas = "x"\nalert_max_age = "2 weeks"\n[http]\nhost_connections = 0\nallow_addresses = ["10.0.0.0/33"]\n',
        army='name = "Army"\ntime_zone = "Mars/Base"\n[[feed]]\ncode = "A B"\nurl = "ftp://x"\ninterval = "1m"\n',
        navy="name = [",
    )
    said = mistakes(where)
    for part in (
        "watcher.toml: databas: this key is not known",
        "watcher.toml: alert_max_age: must be seconds or a number with a unit",
        "watcher.toml: http.host_connections",
        "watcher.toml: http.allow_addresses.1",
        'army.toml: time_zone: "Mars/Base" is no time zone',
        "army.toml: feed.1.code",
        "army.toml: feed.1.url: must be a web address",
        "army.toml: feed.1.interval",
        "navy.toml: is no TOML",
    ):
        assert part in said, said


def test_mistake_in_the_settings_blames_no_file_that_a_shipped_one_completes(tmp_path: Path) -> None:
    """A key too many in watcher.toml gave "name: Field required" for every publisher that was switched on or off."""
    settings = "shipped_publishers = true\ncolour = 3\n"
    where = folder(tmp_path, settings, navy='[[feed]]\ncode = "news"\nenabled = true\n', dvids="enabled = false\n")
    assert mistakes(where) == f"{where}/watcher.toml: colour: this key is not known"


def test_literal_secret_is_refused_and_never_repeated(tmp_path: Path) -> None:
    """Check 64: a secret that was typed into the file must not come out again in a message."""
    channel = (
        '[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "https://a.example"\nsecret = "hunter2-very-secret"\n'
    )
    said = mistakes(folder(tmp_path, channel))
    assert "channel.1.secret: must not be written here" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('[[channel]]\nname = "m"\nkind = "email"\nto = ["a@b.example"]\n', "needs the table [mail]"),
        ('[[channel]]\nname = "w"\nkind = "webhook"\n', "a webhook needs url"),
        ('[[rule]]\nname = "r"\nchannels = ["nobody"]\n', "no channel named nobody"),
        ('[[rule]]\nname = "r"\n[[rule]]\nname = "r"\n', "two of [[rule]] are named r"),
        (
            2 * '[[channel]]\nname = "c"\nkind = "webhook"\nurl = "https://a.example"\n' + 2 * '[[rule]]\nname = "r"\n',
            "two of [[channel]] are named c; two of [[rule]] are named r",
        ),
        (
            '[mail]\nhost = "h"\nsender = "a@b.example"\ntls = "none"\npassword = { env = "X" }\n',
            "a password needs tls",
        ),
        ('[[rule]]\nname = "r"\nharms = ["kiled"]\n', "rule.1.harms.1"),
        ('[[rule]]\nname = "r"\npublishers = ["navy"]\n', "rule.1.publishers: there is no publisher named navy"),
        ('[[rule]]\nname = "r"\nfeeds = ["navy/news"]\n', "rule.1.feeds: there is no feed named navy/news"),
        ('[[rule]]\nname = "r"\nevents = ["edited"]\n', "rule.1.events.1"),
        ('[[rule]]\nname = "r"\nsend = "weekly"\n', "rule.1.send"),
        ('[quiet_hours]\nfrom = "22"\nto = "07:00"\n', "quiet_hours.from"),
        ('[quiet_hours]\nfrom = "22:00"\n', "quiet_hours.to"),
        ('[digest]\nat = "25:00"\nminute = 60\n', "digest.minute"),
    ],
)
def test_parts_have_to_fit_together(tmp_path: Path, settings: str, said: str) -> None:
    """What would fail at night, when an alert is due, is told when the configuration is read."""
    assert said in mistakes(folder(tmp_path, settings))


def test_secret_is_read_from_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the environment or a file; an empty one counts as not set; its text names the place only."""
    (tmp_path / "s").write_text("from the file\n")
    monkeypatch.setenv("S", "from the environment")
    assert Secret(env="S").read() == "from the environment"
    assert Secret(file=tmp_path / "s").read() == "from the file"
    assert Secret(env="ABSENT").read() is None
    assert "environment" not in str(Secret(env="S"))


def test_places_are_tried_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--config, then WATCHER_CONFIG, then ./config, then what is shipped."""
    given, named, local = folder(tmp_path / "given"), folder(tmp_path / "named"), folder(tmp_path / "here" / "config")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WATCHER_CONFIG", raising=False)
    assert find_folder(None) == shipped_folder()
    monkeypatch.chdir(local.parent)
    assert find_folder(None).resolve() == local
    monkeypatch.setenv("WATCHER_CONFIG", str(named))
    assert find_folder(None) == named
    assert find_folder(given) == given
    with pytest.raises(ConfigError, match="there is no watcher"):
        find_folder(tmp_path)


def test_database_is_relative_to_the_folder(tmp_path: Path) -> None:
    """Where the program is started from changes nothing."""
    assert load(folder(tmp_path / "c", 'database = "../data/w.db"')).database == tmp_path / "data" / "w.db"


def test_words_that_are_shipped_are_where_they_are_looked_for() -> None:
    """The detector's words are part of the configuration."""
    assert (shipped_folder() / "words" / "en.toml").is_file()
    assert WORDS.samefile(shipped_folder() / "words")


def layered(where: Path, **own: str) -> Path:
    """A folder over the shipped publishers, with these files of its own."""
    return folder(where, "shipped_publishers = true\n", **own)


def test_shipped_publishers_lie_under_the_folder_where_it_says_so(tmp_path: Path) -> None:
    """An upgrade brings new publishers and rules without a file being copied; who wants none of them has none."""
    shipped = {publisher.code for publisher in load(shipped_folder()).publishers}
    over = load(layered(tmp_path / "over", army=GOOD))
    assert {publisher.code for publisher in over.publishers} == shipped | {"army"}
    assert [publisher.code for publisher in load(folder(tmp_path / "alone", army=GOOD)).publishers] == ["army"]


def test_own_file_goes_key_by_key_before_the_shipped_one(tmp_path: Path) -> None:
    """What the operator has not said stays as it is shipped, and can be shipped better the next time."""
    own = 'time_zone = "Europe/Paris"\n[page]\nbody = ".mine"\ncaptions = []\n'
    own += '[[feed]]\ncode = "news"\nenabled = true\n[[feed]]\ncode = "more"\nurl = "https://a.example/x"\n'
    shipped = load(shipped_folder()).publisher("navy")
    configuration = load(layered(tmp_path, navy=own))
    merged = configuration.publisher("navy")
    assert shipped is not None
    assert merged is not None
    assert (merged.name, merged.time_zone) == (shipped.name, "Europe/Paris")
    assert (merged.page.body, merged.page.captions, merged.page.title) == ((".mine",), (), shipped.page.title)
    assert [(feed.code, feed.enabled) for feed in merged.feeds] == [("news", True), ("more", True)]
    assert merged.feeds[0].url == shipped.feeds[0].url
    assert [path.parent.parent for path in configuration.files["navy"]] == [shipped_folder(), tmp_path]


def test_publisher_that_is_not_enabled_polls_nothing(tmp_path: Path) -> None:
    """One line turns all feeds off, also those that a later version brings."""
    configuration = load(layered(tmp_path, dvids="enabled = false\n"))
    dvids = configuration.publisher("dvids")
    assert dvids is not None
    assert dvids.feeds
    assert not any(feed.enabled for feed in dvids.feeds)
    assert any(feed.enabled for _, feed in configuration.feeds())


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ('[[feed]]\ncode = "gone"\nenabled = true\n', "navy.toml: feed.gone.url: Field required"),
        ('[[feed]]\ncode = "news"\n[[feed]]\ncode = "news"\n', "navy.toml: feed.news.url"),
        ('family = "afpimz"\n', 'navy.toml: family: there is no family "afpimz"'),
        ('page = "x"\n', "navy.toml: page"),
        ("feed = 5\n", "navy.toml: feed"),
        ("feed = [5]\n", "navy.toml: feed.1"),
        ('[page]\nbodi = "x"\n', "navy.toml: page.bodi: this key is not known"),
        ('[[feed]]\nenabled = "maybe"\n', "navy.toml: feed.2.code"),
        ("family = [1]\n", "navy.toml: family"),
    ],
)
def test_mistake_of_an_own_layer_is_named_in_its_file(tmp_path: Path, own: str, said: str) -> None:
    """By the code of its feed, since its place in the list is another than in the file."""
    assert said in mistakes(layered(tmp_path, navy=own))


def test_own_family_is_for_the_sites_that_an_operator_knows(tmp_path: Path) -> None:
    """What ten sites of one program have in common is written once, and a publisher's own words go before it."""
    where = folder(tmp_path, army='family = "cms"\nname = "Army"\n[page]\ntitle = "h2"\n')
    (where / "families").mkdir()
    (where / "families" / "cms.toml").write_text('country = "XY"\n[page]\ntitle = "h1"\nbody = ".text"\n')
    (army,) = load(where).publishers
    assert (army.country, army.page.title, army.page.body) == ("XY", ("h2",), (".text",))
