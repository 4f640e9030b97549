"""The trace: one id from a poll to its releases, their alerts and each attempt to deliver them.

It stands in every log line that is written meanwhile and in the rows of polls and deliveries, so that whoever asks
why a message came, or did not, finds all that happened by one word.
"""

from __future__ import annotations

import secrets
from contextvars import ContextVar

_trace: ContextVar[str] = ContextVar("trace", default="")


def new_trace() -> str:
    """Begin a trace and return its id: ten hexadecimal digits.

    It holds for the rest of the running task (asyncio gives each its own) and what it starts.
    """
    trace = secrets.token_hex(5)
    follow_trace(trace)
    return trace


def follow_trace(trace: str) -> None:
    """Go on with a trace that was begun before, as an attempt does with that of its alert; empty ends it."""
    _trace.set(trace)


def current_trace() -> str:
    """The id of what is being done now; empty outside of a poll and what follows from it."""
    return _trace.get()
