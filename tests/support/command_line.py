"""The command `watcher` in this process, from its arguments to its exit code: half a second less than a new one."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from click.testing import CliRunner

from watcher.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path


class Done(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def watcher(*arguments: str | Path, given: str = "") -> Done:
    """Run the command with these arguments and this text as its standard input."""
    argv, sys.argv = sys.argv, ["watcher", *map(str, arguments)]
    mask = os.umask(0)
    os.umask(mask)
    try:
        with CliRunner().isolation(input=given) as (out, err, _):
            code = _exit_code()
            sys.stdout.flush()
        return Done(code, out.getvalue().decode(), err.getvalue().decode())
    finally:
        sys.argv = argv
        os.umask(mask)


def _exit_code() -> int:
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0
