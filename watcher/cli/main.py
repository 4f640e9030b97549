"""The command `watcher` itself: its options, and how an error becomes a sentence and an exit code."""

from __future__ import annotations

import logging
import os
import sys
from importlib import import_module
from pathlib import Path

import click

from watcher import __version__
from watcher.cli.common import Chosen
from watcher.errors import ConfigError, Locked, WatcherError

FAILED, MISTAKEN, TAKEN = 1, 2, 75

# Each command's module, the name that it has there, and its line in `watcher --help`; loaded when it is asked for.
COMMANDS = {
    "alerts": ("alerts", "alerts", "Alerts: what was raised, and whether it arrived."),
    "anchor": ("evidence", "anchoring", "Write the head of the hash chain down outside the database."),
    "backfill": ("history", "backfilling", "Store what a publisher or feed released since a day."),
    "backup": ("evidence", "backup", "Copy the database, also while the daemon writes, and verify it."),
    "channels": ("alerts", "channels", "Channels: where alerts go, and whether they arrive."),
    "check": ("setup", "check", "Name every mistake of the configuration at once."),
    "detect": ("detect", "detect", "Find the claims in a text."),
    "diff": ("releases", "diff", "Show word by word, and claim by claim, what was changed."),
    "digest": ("alerts", "digest", "Make the digests that are due."),
    "evaluate": ("detect", "evaluate_file", "Score the detector on labelled texts of your own."),
    "evidence": ("evidence", "evidence", "Write or check a bundle that proves what a release said, and when."),
    "export": ("history", "exporting", "Hand out what is configured or stored."),
    "extract": ("detect", "extract", "Show the record and text of a page or PDF."),
    "feeds": ("feeds", "feeds", "Feeds: their last outcome and when they are polled again."),
    "health": ("run", "health", "Say whether a daemon is running and asking its feeds."),
    "import": ("history", "importing", "Bring in feeds, or releases from a web archive."),
    "init": ("setup", "init", "Write a commented configuration to start from."),
    "mute": ("alerts", "mute", "Silence a feed or a rule for some time."),
    "mutes": ("alerts", "mutes", "List what is muted, and until when."),
    "poll": ("run", "poll", "Poll one round now: all feeds, or those named."),
    "prune": ("evidence", "pruning", "Forget old polls, attempts and headers."),
    "redetect": ("detect", "redetect_archive", "Read the stored archive again with the present detector."),
    "releases": ("releases", "releases", "Releases: the newest first."),
    "reparse": ("history", "reparsing", "Make the records again from the stored bytes."),
    "restore": ("evidence", "restore", "Verify a backup and put it in the place of the database."),
    "rules": ("alerts", "rules", "Rules: who is told of what."),
    "run": ("run", "run", "Run the daemon: poll what is due, send what is due."),
    "serve": ("run", "serve", "Open the database to Datasette, read-only."),
    "show": ("releases", "show_release", "Show one release whole."),
    "unmute": ("alerts", "unmute", "End a mute now."),
    "verify": ("evidence", "verifying", "Check the evidence: the file, the hash chain, every row in it."),
}


class ByName(click.Group):
    """A group that imports the module of a command only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - the same
        """The command itself, or None for a name that is none."""
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"watcher.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - the same
        """Each command with its line, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


@click.group(cls=ByName, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="watcher")
@click.option(
    "--config",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Configuration folder. Otherwise $WATCHER_CONFIG, ./config, or the one that is shipped.",
)
@click.pass_context
def cli(context: click.Context, folder: Path | None) -> None:
    """Watch official releases and tell when one speaks of people killed, injured or missing."""
    context.obj = Chosen(folder)


def main() -> None:
    """Run the command; exit codes: 0 done, 1 something failed, 2 usage or configuration, 75 another instance."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    for noisy in ("apscheduler", "trafilatura", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    try:
        cli.main(standalone_mode=True)
    except ConfigError as error:
        _end("\n".join(error.mistakes), MISTAKEN)
    except Locked as error:
        _end(str(error), TAKEN)
    except WatcherError as error:
        _end(str(error), FAILED)
    except BrokenPipeError:
        # The reader of a pipe (`| head`) has had enough: nothing went wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(message: str, code: int) -> None:
    click.echo(f"watcher: {message}", err=True)
    sys.exit(code)
