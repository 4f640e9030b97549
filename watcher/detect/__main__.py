"""`python -m watcher.detect --jsonl`: for measuring; the command for people is `watcher detect`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from watcher.config.words import load_vocabularies
from watcher.detect import detect, unread
from watcher.detect.jsonl import as_json
from watcher.detect.readable import is_readable


def main() -> None:
    """Read JSON lines with id, text and lang on standard input, write one detection a line."""
    vocabularies = load_vocabularies(Path("config/words"))
    for line in sys.stdin:
        record = json.loads(line)
        language = record.get("lang") or "en"
        vocabulary = vocabularies.get(language)
        readable = vocabulary is not None and is_readable(record["text"], vocabulary)
        detection = detect(record["text"], vocabulary=vocabulary) if vocabulary and readable else unread(language)
        sys.stdout.write(json.dumps(as_json(record["id"], detection), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
