"""What a command loads before it does anything: libraries take most of the time of one that only lists.

Modules are counted, not seconds, so that a busy machine fails nothing.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.command_line import watcher
from tests.support.scenario import HARM, configure, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher.cli.main import COMMANDS
from watcher.store.connection import connect
from watcher.store.database_file import only_instance
from watcher.store.schema import migrate

if TYPE_CHECKING:
    from pathlib import Path

# What `watcher --help` and shell completion may load: nothing that reads a configuration, a database or a page.
HELP = {"__main__", "click", "watcher", "watcher.cli", "watcher.cli.main", "watcher.errors"}
# What sqlite-utils and click bring with them; numpy, where it is installed for something else, is not among them.
TABLES = {"click", "sqlite_utils", "sqlite_fts4", "dateutil", "pluggy", "click_default_group", "tabulate"}
# What of ours a list may load, and a look at whether something is due: rows, the place of the database, log lines.
LISTS = HELP | {
    "watcher.cli.chosen",
    "watcher.cli.common",
    "watcher.cli.logs",
    "watcher.cli.output",
    "watcher.cli.terminal",
    "watcher.clock",
    "watcher.config",
    "watcher.config.folder",
    "watcher.config.redaction",
    "watcher.control_signs",
    "watcher.lean_imports",
    "watcher.model",
    "watcher.model.trace",
    "watcher.store",
    "watcher.store.backup",
    "watcher.store.connection",
    "watcher.store.database_file",
    "watcher.store.due_work",
    "watcher.store.migrations",
    "watcher.store.rows",
    "watcher.store.schema",
    "watcher.store.triggers",
    "watcher.archive",
    "watcher.archive.canonical_form",
}
OF_LISTS = {
    "releases": {"watcher.cli.releases", "watcher.model.claim", "watcher.model.wording", "watcher.store.reports"},
    "feeds": {"watcher.cli.feeds", "watcher.store.reports"},
    "poll --due": {"watcher.cli.run"},
}
# What only new releases, alerts or the daemon need: parsers, extraction, the detector, channels, schedules, archives.
LATER = {
    "bs4",
    "lxml",
    "soupsieve",
    "trafilatura",
    "feedparser",
    "pypdfium2",
    "jmespath",
    "babel",
    "ahocorasick_rs",
    "charset_normalizer",
    "hijridate",
    "persiantools",
    "numpy",
    "jinja2",
    "rich",
    "datasette",
    "warcio",
    "aiosmtplib",
    "apprise",
    "cryptography",
    "standardwebhooks",
    "apscheduler",
    "pydantic",
    "pydantic_core",
    "annotated_types",
}
# What of ours only a poll with news needs, and what only a round needs.
NEWS = (
    "watcher.detect.",
    "watcher.content.page",
    "watcher.alerts",
    "watcher.pipeline.release",
    "watcher.pipeline.alerting",
    "watcher.pipeline.feed_document",
    "watcher.store.releases",
    "watcher.store.revisions",
    "watcher.jobs",
    "watcher.config.checks",
    "watcher.config.values",
    "watcher.config.words",
    "watcher.config.recipes",
)
# What every program may load. Of Python's own modules a loop, with TLS, takes as long as all of click.
FREE = sys.stdlib_module_names - {"asyncio", "ssl"} | {"__main__", "watcher"}
START = """
import sys
from watcher.cli.main import cli
try:
    cli(sys.argv[1:], standalone_mode=False)
except SystemExit as end:
    assert not end.code, end.code
print("loaded:", *(name for name in sys.modules if "__editable__" not in name and "distutils" not in name))
"""


def loaded_by(*arguments: str | Path) -> tuple[str, set[str], set[str]]:
    """What a command prints; the libraries and our own modules that a process has loaded at its end."""
    command = [sys.executable, "-c", START, *map(str, arguments)]
    shown, _, names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.rpartition("loaded:")  # noqa: S603 - ourselves
    modules = {name for name in names.split() if not name.startswith("_sysconfigdata")}
    foreign = {name.partition(".")[0] for name in modules} - FREE
    return shown, foreign, {name for name in modules if name.partition(".")[0] == "watcher"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration with an empty database."""
    database = connect(configure(tmp_path, {"news": "http://a.example/feed"}).database)
    migrate(database)
    database.close()
    return tmp_path


def test_help_loads_no_library_but_click() -> None:
    """Half a second at every start, and at every press of Tab, is what importing all commands would cost."""
    shown, foreign, ours = loaded_by("--help")
    assert (foreign | ours) - HELP == set()
    assert all(f"  {name} " in shown for name in COMMANDS)


@pytest.mark.parametrize("command", ["releases", "feeds"])
def test_lists_load_neither_models_nor_parsers(folder: Path, command: str) -> None:
    """A list is rows of a database: no configuration is checked for it, no page parsed, no loop made."""
    shown, foreign, ours = loaded_by("--config", folder, command)
    assert foreign - TABLES == set()
    assert ours - LISTS - OF_LISTS[command] == set()
    assert shown == {"releases": "no releases\n", "feeds": "no feeds are configured\n"}[command]


def test_detector_loads_no_parser_and_checks_no_shipped_words(tmp_path: Path) -> None:
    """Reading one text took two seconds, most of it for pages, PDFs, requests and models of words that are known."""
    (tmp_path / "text").write_text(HARM, encoding="utf-8")
    shown, foreign, ours = loaded_by("detect", tmp_path / "text")
    assert "2 civilians killed" in shown
    assert foreign & (LATER - {"ahocorasick_rs"} | {"aiohttp", "pebble"}) == set()
    assert {
        name for name in ours if name.startswith(("watcher.content.page", "watcher.fetch", "watcher.jobs"))
    } == set()


@in_loop
async def test_poll_of_nothing_new_loads_no_parser(tmp_path: Path) -> None:
    """Half of a round over feeds that have not changed would be loading what reads a change."""
    async with http_server({"/feed": Answer(rss(), etag='"a"')}) as server:
        configure(tmp_path, {"news": server.url("/feed")})
        for _ in range(2):  # the first makes the database, the second keeps the checked configuration beside it
            await asyncio.to_thread(loaded_by, "--config", tmp_path, "poll")
        shown, foreign, ours = await asyncio.to_thread(loaded_by, "--config", tmp_path, "poll")
    assert "not_modified" in shown
    assert foreign & (LATER | {"pebble", "protego"}) == set()
    assert {name for name in ours if name.startswith(NEWS)} == set()


def test_poll_of_nothing_due_asks_the_database_alone(tmp_path: Path) -> None:
    """Cron asks every minute: it needs neither configuration nor client, but sees what has changed since."""
    file = configure(tmp_path, {}).database
    assert watcher("--config", tmp_path, "poll").stdout == "no feeds are configured\n"
    shown, foreign, ours = loaded_by("--config", tmp_path, "poll", "--due")
    assert shown == "nothing is due\n"
    assert foreign - TABLES == set()
    assert ours - LISTS - OF_LISTS["poll --due"] == set()
    configure(tmp_path, {"news": "http://127.0.0.1:9/feed"})
    assert "army/news" in watcher("--config", tmp_path, "poll", "--due").stdout
    with only_instance(file):
        assert watcher("--config", tmp_path, "poll", "--due").returncode == 75


def test_changed_vocabulary_is_checked_at_the_next_start(tmp_path: Path) -> None:
    """The hash of those that were right spares the check only for these very files."""
    configure(tmp_path, {})
    for _ in range(2):
        assert watcher("--config", tmp_path, "poll").returncode == 0
    words = tmp_path / "words" / "en.toml"
    words.write_text(words.read_text(encoding="utf-8") + "\n[no_such_table]\n", encoding="utf-8")
    done = watcher("--config", tmp_path, "poll")
    assert (done.returncode, "no_such_table" in done.stderr) == (2, True)


def test_nothing_is_looked_through_at_the_end() -> None:
    """Python's collector would go through all that a command has loaded once more, for nothing."""
    program = (
        "import atexit, gc, sys; atexit.register(lambda: print(gc.get_freeze_count() > 0)); "
        "from watcher.cli.main import main; sys.argv = ['watcher', '--version']; main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert done.stdout.splitlines()[-1] == "True"
