"""The process in which readers' SQL runs: `python -m watcher.store.reader_process FILE [--still] [--own]`.

A single step of SQLite cannot be interrupted and can need seconds and gigabytes; a process can be killed and can be
given a limit of memory. Questions and answers are pickles with their length before them; it ends with its input.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import struct
import sys
from pathlib import Path
from typing import IO, Any

from watcher.store.readers import HEAP_BYTES, Guarded, Question

# The first message of the process.
READY = "ready"
_LENGTH = struct.Struct("!I")
# Address space beyond what the process has when it starts.
_SPARE_BYTES = 80_000_000


def send(stream: IO[bytes], value: Any) -> None:
    """Write a value. Raises BrokenPipeError where nobody reads any more."""
    packed = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(packed)) + packed)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read a value. Raises EOFError where the other side has ended."""
    head = stream.read(_LENGTH.size)
    body = stream.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""
    if not body:
        raise EOFError
    return pickle.loads(body)  # noqa: S301 - only our own two processes write it


def _limit(*, is_own: bool) -> None:
    """Less memory than the pages have; where readers' own questions are answered also less of the processor."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if is_own:
        os.nice(10)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + _SPARE_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(file: Path, *, is_still: bool, is_own: bool) -> None:
    """Answer until the input ends."""
    guarded = Guarded(file, is_still=is_still, heap_bytes=HEAP_BYTES)
    _limit(is_own=is_own)
    send(sys.stdout.buffer, READY)
    while True:
        try:
            question: Question = receive(sys.stdin.buffer)
        except EOFError:
            return
        send(sys.stdout.buffer, guarded.answer(question))


if __name__ == "__main__":
    main(Path(sys.argv[1]), is_still="--still" in sys.argv[2:], is_own="--own" in sys.argv[2:])
