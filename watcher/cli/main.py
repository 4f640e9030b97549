"""The command `watcher` itself: its options, and how an error becomes a sentence and an exit code."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher import __version__
from watcher.cli import (
    archives,
    channels,
    detecting,
    differing,
    evidence,
    exchange,
    extracting,
    keeping,
    lists,
    measuring,
    past,
    polling,
    probing,
    ruling,
    serving,
    setup,
    verifying,
)
from watcher.config import find_folder, load
from watcher.errors import ConfigError, Locked, WatcherError

if TYPE_CHECKING:
    from watcher.config import Configuration

FAILED, MISTAKEN, TAKEN = 1, 2, 75


class Chosen:
    """The configuration that the command was started with, read only when a command needs it."""

    def __init__(self, folder: Path | None) -> None:
        """Remember the folder that was named, if any."""
        self.given = folder

    def load(self) -> Configuration:
        """Read and check it. Raises ConfigError."""
        return load(find_folder(self.given))


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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


for module in (
    setup,
    polling,
    lists,
    channels,
    differing,
    detecting,
    extracting,
    probing,
    past,
    measuring,
    ruling,
    serving,
    exchange,
    verifying,
    evidence,
    keeping,
    archives,
):
    module.add_to(cli)


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
