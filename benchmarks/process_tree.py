"""What a command costs with all of its processes: seconds of CPU and of the clock.

`time` and `getrusage` leave out whoever outlives its parent, as the fork server of multiprocessing and its children
may. So the command runs under a process that adopts every orphan (Linux: PR_SET_CHILD_SUBREAPER) and waits for all.
It has compiled modules as an installed program has them: else each of its processes would compile all of them anew.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of the clock until the command ended, seconds of CPU (user and system), MB of the largest process."""

    wall: float
    cpu: float
    largest_mb: float


def cost_of(command: Sequence[str]) -> Cost:
    """Run a command and say what it cost. Raises RuntimeError with the end of its output where it fails."""
    with tempfile.TemporaryDirectory() as folder:
        found, said = Path(folder) / "cost.json", Path(folder) / "output"
        with said.open("w") as output:
            watched = [sys.executable, __file__, str(found), *command]
            environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
            code = subprocess.run(watched, check=False, stdout=output, stderr=output, env=environment).returncode
        if code:
            raise RuntimeError(f"{' '.join(command)} ended with {code}:\n{said.read_text()[-4000:]}")
        return Cost(**json.loads(found.read_text()))


def _run(found: Path, command: list[str]) -> int:
    """Run the command, wait for it and for all that it leaves behind, and write the cost down; its exit code."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    started = time.perf_counter()
    code = subprocess.run(command, check=False).returncode
    wall = time.perf_counter() - started
    try:
        while True:
            os.wait()
    except ChildProcessError:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "largest_mb": used.ru_maxrss / 1024}
    found.write_text(json.dumps(cost))
    return code


if __name__ == "__main__":
    sys.exit(_run(Path(sys.argv[1]), sys.argv[2:]))
