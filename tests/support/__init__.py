"""What the tests share: real servers on loopback, invented publishers, and programs that are started to be killed."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
SHARED = ROOT.parent / "shared"


def script(name: str) -> tuple[str, ...]:
    """The start of a command line that runs a module of this folder; it is to be started with ROOT as its folder."""
    return (sys.executable, "-m", f"tests.support.{name}")
