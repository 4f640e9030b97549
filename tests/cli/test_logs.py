"""Log lines: text for people, JSON for programs; no secret, and one trace for what belongs together."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from tests.support.command_line import watcher
from watcher.cli.logs import JsonLine, TextLine, set_up_logging
from watcher.config.redaction import remember
from watcher.model.trace import current_trace, follow_trace, new_trace

FORGED = 'a title\n{"level": "critical", "message": "forged"}\x1b[2J\x07\u202e'


def record(message: str, *values: object, error: Exception | None = None) -> logging.LogRecord:
    exc_info = (type(error), error, None) if error else None
    return logging.LogRecord("watcher", logging.WARNING, __file__, 1, message, values, exc_info)


def test_json_line_is_one_event_whatever_its_words() -> None:
    """Check 71: a title that looks like a log line, or a traceback of many lines, stays within its own line."""
    remember("the-canary-token")
    line = JsonLine().format(
        record("%s: %s", FORGED, "the-canary-token", error=ValueError(f"{FORGED} the-canary-token"))
    )
    assert len(line.splitlines()) == 1
    assert line.isprintable()
    entry = json.loads(line)
    assert entry["level"] == "warning"
    assert entry["message"].startswith('a title {"level": "critical"')
    assert "ValueError" in entry["error"]
    assert "canary" not in line


def test_text_line_moves_no_cursor() -> None:
    """Check 71: what is shown on a terminal must not clear it, ring, or write a line with a level of its own."""
    lines = TextLine().format(record("%s", FORGED, error=ValueError(FORGED))).splitlines()
    assert "WARNING" in lines[0]
    assert all(line.startswith("    ") for line in lines[1:])
    assert all(line.isprintable() for line in lines)


def test_lines_of_a_poll_and_its_deliveries_share_a_trace() -> None:
    """Check 95: who asks why a message came searches for one word; what belongs to no poll has none."""
    follow_trace("")
    assert "trace" not in json.loads(JsonLine().format(record("stopping")))
    trace = new_trace()
    assert json.loads(JsonLine().format(record("polled")))["trace"] == trace == current_trace()
    assert TextLine().format(record("polled")).endswith(f"[{trace}]")
    follow_trace("")


@pytest.mark.parametrize(("chosen", "kind"), [("text", TextLine), ("json", JsonLine), (None, JsonLine)])
def test_format_is_chosen_or_follows_from_where_it_goes(chosen: str | None, kind: type[logging.Formatter]) -> None:
    """Standard error of a test is no terminal, as that of a service is none."""
    root = logging.getLogger()
    before = list(root.handlers)
    try:
        set_up_logging(chosen)  # type: ignore[arg-type]
        (handler,) = [one for one in root.handlers if type(one) is logging.StreamHandler]
        assert isinstance(handler.formatter, kind)
    finally:
        root.handlers[:] = before


def test_unknown_format_is_a_usage_error() -> None:
    """A mistyped format must not fall back to another one."""
    done = watcher("--log-format", "xml", "channels")
    assert done.returncode == 2
    assert "'text', 'json'" in done.stderr
    assert sys.stdout is sys.__stdout__ or "HarmlessStream" not in type(sys.stdout).__name__
