"""What a command prints, made harmless: no control or direction sign of a title or an answer reaches a terminal.

Everything that is written to standard output or standard error passes here, whichever command or library writes it.
What we colour ourselves goes past it, after its words were cleaned (`watcher.cli.output`).
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from watcher.control_signs import for_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator


class HarmlessStream:
    """A text stream that writes every control and direction sign as a space; `unfiltered` is the stream itself."""

    def __init__(self, stream: TextIO) -> None:
        """Keep the stream; whatever is not about writing text is asked of it."""
        self.unfiltered = stream

    def write(self, text: str) -> int:
        """Write the text, cleaned."""
        return self.unfiltered.write(for_terminal(text))

    def writelines(self, lines: list[str]) -> None:
        """Write each line, cleaned."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        """Ask the stream."""
        return getattr(self.unfiltered, name)


@contextmanager
def harmless_output() -> Iterator[None]:
    """Standard output and standard error are harmless streams until the block ends."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = HarmlessStream(before[0]), HarmlessStream(before[1])
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def unfiltered(stream: TextIO) -> TextIO:
    """The stream that is behind a harmless one, for words that were cleaned and then coloured, and for bars."""
    behind: TextIO = getattr(stream, "unfiltered", stream)
    return behind
