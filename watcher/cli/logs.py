"""Log lines: readable on a terminal, JSON elsewhere; without secrets and control signs, each with the id of its poll.

A JSON line holds its traceback, so whoever counts lines counts events, and no title can write a line of its own.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from textwrap import indent
from typing import Literal, TypeAlias

from watcher.config.redaction import from_outside, redacted
from watcher.control_signs import escaped, in_lines
from watcher.model.trace import current_trace

LogFormat: TypeAlias = Literal["text", "json"]
# Longest message, in characters: a line is read by people and by programs that cut at 64 KB.
_LONGEST = 4000
# What libraries log of their own work and of each connection.
_NOISY = ("apscheduler", "trafilatura", "asyncio", "aiohttp.server", "aiohttp.access")


def set_up_logging(chosen: LogFormat | None) -> None:
    """Log to standard error: as chosen, else as text on a terminal and as JSON lines elsewhere."""
    handler = logging.StreamHandler(sys.stderr)
    is_text = chosen == "text" or (chosen is None and sys.stderr.isatty())
    handler.setFormatter(TextLine() if is_text else JsonLine())
    root = logging.getLogger()
    for old in [one for one in root.handlers if type(one) is logging.StreamHandler]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)


class TextLine(logging.Formatter):
    """`12:31:07 INFO  army/news: new, 1 new [3f9c1a2b]`; a traceback follows, indented."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the time in UTC."""
        trace, traceback = current_trace(), _traceback(self, record)
        line = f"{_time(record):%H:%M:%S} {record.levelname:<8} {_message(record)}"
        after = f"\n{indent(in_lines(traceback), '    ')}" if traceback else ""
        return line + (f" [{trace}]" if trace else "") + after


class JsonLine(logging.Formatter):
    """`{"at", "level", "message", "trace", "error"}`, the last two where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The object on one line; whatever its words are, they stay words."""
        entry = {"at": _time(record).isoformat(timespec="milliseconds").replace("+00:00", "Z")}
        entry |= {"level": record.levelname.lower(), "message": _message(record)}
        optional = {"trace": current_trace(), "error": _traceback(self, record)}
        return escaped(json.dumps(entry | {name: said for name, said in optional.items() if said}, ensure_ascii=False))


def _time(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _message(record: logging.LogRecord) -> str:
    return from_outside(record.getMessage(), _LONGEST)


def _traceback(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    return redacted(formatter.formatException(record.exc_info)) if record.exc_info else ""
