"""The command `watcher` itself: its options, and how an error becomes a sentence and an exit code.

A command's module is imported when the command is asked for, so that help and shell completion are quick.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sqlite3
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watcher import __version__
from watcher.errors import ConfigError, Locked, Replaced, WatcherError, WorkersFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.cli.logs import LogFormat

# Exit codes: something failed; usage or configuration; the database is no longer the same file (EX_NOINPUT of
# sysexits.h); no process can be started (EX_OSERR); another instance is running (EX_TEMPFAIL).
FAILED, USAGE, DATABASE_REPLACED, NO_WORKERS, ANOTHER_INSTANCE = 1, 2, 66, 71, 75

# New objects before the collector looks at them. All that is loaded at a start stays: with Python's own 700 the
# collector walks through it again and again, for a fifth of a round over feeds that have not changed.
_COLLECTED = 50_000

# Each command's module, its function there, and its line in `watcher --help`, which is how its own help begins.
COMMANDS = {
    "alerts": ("alerts", "alerts", "Alerts: what was raised, and whether it was delivered."),
    "anchor": ("evidence", "write_anchor", "Write the head of the hash chain to a file outside the database."),
    "backfill": ("history", "backfill_feeds", "Store what a publisher or feed released since a day."),
    "backup": ("evidence", "backup", "Copy the database, also while the daemon writes, and verify it."),
    "channels": ("alerts", "channels", "Channels: where alerts go, and whether they arrive."),
    "check": ("setup", "check", "List every mistake of the configuration at once."),
    "db": ("database", "db", "The database as a file: how large it is, and what would be pruned."),
    "demo": ("demo", "demo", "Show everything within a minute, over made-up publishers."),
    "detect": ("detect", "detect", "Find the claims in a text."),
    "diff": ("releases", "diff", "Show word by word, and claim by claim, what changed."),
    "digest": ("alerts", "digest", "Make the digests that are due."),
    "doctor": (
        "doctor",
        "doctor",
        "Say what is the matter, why, since when, and what to do.",
    ),
    "evaluate": ("evaluate", "evaluate_files", "Score the detector on labelled texts of your own."),
    "evidence": ("evidence", "evidence", "Write or check a bundle that proves what a release said, and when."),
    "export": ("main", "export", "Export what is configured or stored."),
    "extract": ("extract", "extract", "Show the record and text of a page or PDF."),
    "feeds": ("feeds", "feeds", "Feeds: their last outcome and when they are polled again."),
    "health": ("health", "health", "Say whether the daemon is well, or what is wrong."),
    "import": ("main", "import_", "Import feeds, or releases from a web archive."),
    "init": ("setup", "init", "Write a commented configuration to start from."),
    "mute": ("alerts", "mute", "Silence a feed or a rule for some time."),
    "mutes": ("alerts", "mutes", "List what is muted, and until when."),
    "poll": ("run", "poll", "Poll one round now: all feeds, or those named."),
    "prune": ("evidence", "prune_database", "Delete old polls, attempts, problems and headers."),
    "publish": ("publish", "publish", "Write a frozen public copy."),
    "publishers": ("publishers", "publishers", "Publishers: who is watched, and who could be."),
    "redetect": ("history", "redetect_revisions", "Run the current detector over the stored texts."),
    "releases": ("releases", "releases", "Releases: the newest first."),
    "reparse": ("history", "reparse_revisions", "Parse the stored bytes again and print the records."),
    "restore": ("evidence", "restore", "Verify a backup and replace the database with it."),
    "rules": ("alerts", "rules", "Rules: which releases raise an alert, and who receives it."),
    "run": ("run", "run", "Run the daemon: poll what is due, send what is due."),
    "serve": ("run", "serve", "Open the database in Datasette, read-only."),
    "show": ("releases", "show_release", "Show one release with everything stored of it."),
    "unmute": ("alerts", "unmute", "End a mute now."),
    "verify": ("evidence", "verify_evidence", "Check the evidence: the file, the hash chain, every row in it."),
}
EXPORTS = {
    "claims": ("releases", "export_claims", "Write the claims as CSV, XLSX, JSON or GeoJSON."),
    "feeds": ("feeds", "export_feeds", "Write the alerts, and every saved query, as Atom and JSON Feed."),
    "opml": ("feeds", "export_opml", "Write the feeds as OPML 2.0 to standard output."),
    "reviews": ("reviews", "export_reviews", "Write what was reviewed to standard output, a labelled text a line."),
    "warc": ("history", "export_warc", "Write the captures as a web archive (WARC 1.1)."),
    "words": ("setup", "export_words", "Write the detector's words that are in use into FOLDER, to be changed."),
}
IMPORTS = {
    "feeds": ("feeds", "import_feeds", "Add the feeds of an OPML file, or of a list of URLs, to a publishers file."),
    "warc": ("history", "import_warc", "Make releases and revisions of the pages, PDFs and feeds in web archives."),
}


class ByName(click.Group):
    """A group that imports the module of a command only when that command is asked for."""

    def __init__(self, *args: Any, table: Mapping[str, tuple[str, str, str]], **settings: Any) -> None:
        """Remember the table of commands: name ─► module, function, line of help."""
        super().__init__(*args, **settings)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of all commands."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - the same
        """The command, or None where there is none of that name."""
        if cmd_name not in self.table:
            return None
        module, name, _ = self.table[cmd_name]
        command: click.Command = getattr(import_module(f"watcher.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - the same
        """Each command with its line, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in self.table.items()])


@click.group(
    cls=ByName, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="watcher")
@click.option(
    "--config",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Configuration folder. Otherwise $WATCHER_CONFIG, ./config, or the one that is shipped.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    envvar="WATCHER_LOG_FORMAT",
    help="Log lines as text or JSON. Otherwise text on a terminal, JSON elsewhere. Also $WATCHER_LOG_FORMAT.",
)
@click.pass_context
def cli(context: click.Context, folder: Path | None, log_format: LogFormat | None) -> None:
    """Watch official releases and alert when one reports people killed, injured or missing."""
    from watcher.cli.chosen import Chosen
    from watcher.cli.logs import set_up_logging

    set_up_logging(log_format)
    context.obj = Chosen(folder)


@click.group(cls=ByName, table=EXPORTS)
def export() -> None:
    """Export what is configured or stored."""


@click.group("import", cls=ByName, table=IMPORTS)
def import_() -> None:
    """Import feeds, or releases from a web archive."""


def main() -> None:
    """Run the command, and end with its exit code.

    0 done, 1 something failed, 2 usage or configuration, 66 the database was deleted, moved or replaced under the
    daemon, 71 no worker process can be started, 75 another instance. What is written is for its owner alone.
    """
    from watcher.cli.terminal import harmless_output

    os.umask(0o077)
    gc.set_threshold(_COLLECTED)
    # At the end Python would look through all that was loaded, three times: a fifth of the time of reading one text.
    atexit.register(gc.freeze)
    with harmless_output():
        _run()


def _run() -> None:
    if "run" in sys.argv:
        # They wait until the daemon takes them itself, so that none ends the program while it loads.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGHUP})
    try:
        cli.main(standalone_mode=True)
    except ConfigError as error:
        _end("\n".join(error.mistakes), USAGE)
    except Locked as error:
        _end(str(error), ANOTHER_INSTANCE)
    except WorkersFailed as error:
        _end(str(error), NO_WORKERS)
    except Replaced as error:
        _end(str(error), DATABASE_REPLACED)
    except sqlite3.DatabaseError as error:
        _end(f"the database cannot be read: {error}", FAILED)
    except WatcherError as error:
        _end(str(error), FAILED)
    except BrokenPipeError:
        # The reader of a pipe (`| head`) has had enough: nothing went wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception:  # noqa: BLE001 - a fault of ours: its traceback may hold words of others
        _say(traceback.format_exc())
        sys.exit(FAILED)


def _end(message: str, code: int) -> None:
    _say(f"watcher: {message}")
    sys.exit(code)


def _say(message: str) -> None:
    from watcher.config.redaction import redacted

    click.echo(redacted(message), err=True)
