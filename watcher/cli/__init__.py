"""The command line: thin commands over the route, the store and the detector."""

from watcher.cli.main import cli, main

__all__ = ["cli", "main"]
