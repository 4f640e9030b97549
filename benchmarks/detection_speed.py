"""The cost of detection, against one IGNORECASE pass of a regular expression of 40 harm words over the same texts.

Prints both times per text and their ratio. The texts are those of `../shared/data/detection/isaf.jsonl`, joined to
about 3 KB, where that folder is present, otherwise releases made of the sentences below.

Run it with `.venv/bin/python benchmarks/detection_speed.py [TEXTS]`.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

from watcher.config.words import load_vocabulary
from watcher.detect.detector import detect

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data" / "detection" / "isaf.jsonl"
WORDS = [
    "kill",
    "killed",
    "kills",
    "killing",
    "dead",
    "deaths",
    "death",
    "died",
    "dies",
    "die",
    "fatal",
    "fatality",
    "fatalities",
    "injured",
    "injuries",
    "injury",
    "injuring",
    "wounded",
    "wounding",
    "wounds",
    "casualty",
    "casualties",
    "murdered",
    "executed",
    "slain",
    "perished",
    "harmed",
    "missing",
    "captured",
    "detained",
    "assassinated",
    "massacre",
    "neutralized",
    "eliminated",
    "martyred",
    "hurt",
    "drowned",
    "maimed",
    "victims",
    "toll",
]
SENTENCES = (
    "A patrol of the 3rd Brigade met armed men near the village of Harun on Monday morning and returned fire.",
    "Two insurgents were killed and one soldier was wounded in the exchange.",
    "The engineers then cleared the road and found three devices, a rifle and several radios in a shed.",
    "No civilians were harmed and no buildings were damaged, the command said.",
    "A second patrol searched an orchard for two hours without meeting anybody and went back to its base.",
    "The exercise will go on until Friday with units of four countries taking part in it.",
)
LENGTH, TEXTS, ROUNDS = 3000, 5000, 3


def texts(count: int) -> list[str]:
    """So many texts of about 3 KB."""
    pieces = list(SENTENCES) * 60
    if SHARED.exists():
        pieces = [json.loads(line)["text"] for line in SHARED.read_text(encoding="utf-8").split("\n") if line]
    joined: list[str] = []
    current = ""
    while len(joined) < count:
        for piece in pieces:
            current += piece + "\n\n"
            if len(current) >= LENGTH:
                joined.append(current)
                current = ""
    return joined[:count]


def main() -> None:
    """Measure both, alternating, and print the best of three rounds."""
    vocabulary = load_vocabulary(ROOT / "config" / "words" / "en.toml")
    pattern = re.compile("|".join(WORDS), re.IGNORECASE)
    sample = texts(int(sys.argv[1]) if len(sys.argv) > 1 else TEXTS)
    detect(sample[0], vocabulary=vocabulary)
    passes, detections = [], []
    for _ in range(ROUNDS):
        started = time.process_time()
        for text in sample:
            sum(1 for _ in pattern.finditer(text))
        passes.append(time.process_time() - started)
        started = time.process_time()
        for text in sample:
            detect(text, vocabulary=vocabulary)
        detections.append(time.process_time() - started)
    one, other = min(passes) / len(sample) * 1000, min(detections) / len(sample) * 1000
    size = sum(map(len, sample)) / len(sample) / 1000
    print(f"{len(sample)} texts of {size:.1f} KB: one pass {one:.3f} ms, detection {other:.3f} ms per text")
    print(f"ratio {other / one:.2f}")
    print(f"{1000 / other:.0f} texts a second on one core")


if __name__ == "__main__":
    main()
