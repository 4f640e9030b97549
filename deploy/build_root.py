"""Runs the Dockerfile's steps in a clean root where no container engine is at hand, and starts the daemon there.

    sudo python deploy/build_root.py FOLDER [--base ROOT] [--bind DIR]...

The images that the Dockerfile names are replaced by a Debian root that debootstrap makes; each RUN is run in it by
bubblewrap. Then the last stage is started as its user, on a read-only root, without capabilities and without a network,
with /data as the only folder that can be written: its health check must succeed, and SIGTERM must end it cleanly.
FOLDER must be new or empty. `--base` names a root that debootstrap made earlier, `--bind` a folder that the steps may
read, such as one with wheels.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]
SUITE = "bookworm"
PACKAGES = "python3,python3-venv,python-is-python3,ca-certificates"
STARTED_SECONDS, ENDED_SECONDS = 60, 15
PIP = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name.endswith("_proxy")}


@dataclass
class Stage:
    """One stage of the Dockerfile: its root, and what its instructions have set so far."""

    root: Path
    environment: dict[str, str] = field(
        default_factory=lambda: {"PATH": "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"}
    )
    workdir: str = "/"
    user: str = "root"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)
    volumes: list[str] = field(default_factory=list)


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """The instructions in their order: name and the rest of the line. Raises ValueError for one that is not known."""
    joined = re.sub(r"\\\n\s*", "", dockerfile)
    lines = [line.partition(" ") for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    unknown = [name for name, _, _ in lines if name not in STEPS and name != "FROM"]
    if unknown:
        raise ValueError(f"not known: {', '.join(unknown)}")
    return [(name, rest.strip()) for name, _, rest in lines]


def _copy(stage: Stage, rest: str, stages: dict[str, Stage]) -> None:
    *flags, target = shlex.split(rest)
    source = SOURCE
    if flags[0].startswith("--from="):
        source = stages[flags.pop(0).removeprefix("--from=")].root
    place = stage.root / str(Path(stage.workdir) / target).lstrip("/")
    for name in flags:
        found = source / name.lstrip("/")
        if found.is_dir():
            left_out = shutil.ignore_patterns("__pycache__")
            shutil.copytree(found, place, symlinks=True, dirs_exist_ok=True, ignore=left_out)
        else:
            into = place / found.name if target.endswith("/") else place
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(found, into)


def _run(stage: Stage, rest: str, binds: list[str]) -> None:
    # Only these two folders of the machine are seen: where names are resolved, and what --bind names.
    shared = [word for place in ["/etc/resolv.conf", *binds] for word in ("--ro-bind", place, place)]
    command = ["bwrap", "--bind", str(stage.root), "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"]  # noqa: S108 - within the root
    command += [*shared, "--chdir", stage.workdir, "--clearenv"]
    for name, value in (PIP | stage.environment).items():
        command += ["--setenv", name, value]
    subprocess.run([*command, "sh", "-ec", rest], check=True)  # noqa: S603 - the Dockerfile's own words


def _environment(stage: Stage, rest: str) -> None:
    for word in shlex.split(rest):
        name, _, value = word.partition("=")
        stage.environment[name] = value.replace("$PATH", stage.environment["PATH"])


def _workdir(stage: Stage, rest: str) -> None:
    stage.workdir = rest
    (stage.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)


# COPY and RUN need more than the stage.
STEPS = {
    "COPY": None,
    "RUN": None,
    "ENV": _environment,
    "WORKDIR": _workdir,
    "USER": lambda stage, rest: setattr(stage, "user", rest),
    "VOLUME": lambda stage, rest: stage.volumes.append(rest),
    "ENTRYPOINT": lambda stage, rest: setattr(stage, "entrypoint", json.loads(rest)),
    "CMD": lambda stage, rest: setattr(stage, "command", json.loads(rest)),
    "HEALTHCHECK": lambda stage, rest: setattr(stage, "health", json.loads(rest.partition("CMD ")[2])),
}


def build(folder: Path, base: Path, binds: list[str]) -> Stage:
    """Run every step; the last stage."""
    stages: dict[str, Stage] = {}
    stage = Stage(folder)
    for name, rest in instructions((SOURCE / "Dockerfile").read_text(encoding="utf-8")):
        print(f"{name} {rest}", flush=True)
        if name == "FROM":
            called = rest.split(" AS ")[-1] if " AS " in rest else "last"
            stages[called] = stage = Stage(folder / called)
            subprocess.run(["cp", "--archive", "--reflink=auto", str(base), str(stage.root)], check=True)  # noqa: S603, S607 - folders that the caller names
        elif name == "COPY":
            _copy(stage, rest, stages)
        elif name == "RUN":
            _run(stage, rest, binds)
        else:
            STEPS[name](stage, rest)
    return stage


def confined(stage: Stage, data: Path) -> list[str]:
    """The start of a command that runs in the stage as its user, with nothing to write but the volume and /tmp."""
    entry = next(line for line in (stage.root / "etc/passwd").read_text().splitlines() if line.startswith(stage.user))
    uid, gid = entry.split(":")[2:4]
    os.chown(data, int(uid), int(gid))
    command = ["bwrap", "--ro-bind", str(stage.root), "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"]  # noqa: S108 - the same
    command += ["--bind", str(data), stage.volumes[0], "--unshare-net", "--unshare-ipc", "--chdir", stage.workdir]
    command += ["--clearenv", "--die-with-parent"]
    for name, value in stage.environment.items():
        command += ["--setenv", name, value]
    rights = ["--clear-groups", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
    return [*command, "setpriv", f"--reuid={uid}", f"--regid={gid}", *rights]


def try_daemon(stage: Stage, data: Path) -> None:
    """Start it, ask its health until it is well, and end it. Raises SystemExit with a sentence where that fails."""
    start = confined(stage, data)
    with subprocess.Popen([*start, *stage.entrypoint, *stage.command]) as daemon:  # noqa: S603 - what was just built
        said = _until_healthy([*start, *stage.health], daemon)
        print(f"healthy: {said}")
        can_write = _done([*start, "touch", "/written"]).returncode == 0
        child = Path(f"/proc/{daemon.pid}/task/{daemon.pid}/children").read_text(encoding="ascii").split()[0]
        os.kill(int(child), signal.SIGTERM)
        code = daemon.wait(ENDED_SECONDS)
    print(f"the root can be written: {can_write}; the daemon ended with {code}; in {stage.volumes[0]}:")
    for path in sorted(data.rglob("*.db*")):
        print(f"  {path.stat().st_mode:o} uid {path.stat().st_uid} {path.relative_to(data)}")
    if can_write or code:
        raise SystemExit("failed")


def _until_healthy(asking: list[str], daemon: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + STARTED_SECONDS
    while (asked := _done(asking)).returncode:
        if time.monotonic() > deadline or daemon.poll() is not None:
            daemon.kill()
            raise SystemExit(f"not healthy: {asked.stdout}{asked.stderr}")
        time.sleep(1)
    return asked.stdout.strip()


def _done(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - in what was just built


def main() -> None:
    """From the arguments to the end."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--base", type=Path)
    parser.add_argument("--bind", action="append", default=[])
    given = parser.parse_args()
    base = given.base or given.folder / "base"
    given.folder.mkdir(parents=True, exist_ok=True)
    if not base.is_dir():
        made = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(base)]
        subprocess.run(made, check=True)  # noqa: S603 - a tool of the machine
    stage = build(given.folder, base, given.bind)
    data = given.folder / "data"
    data.mkdir()
    try_daemon(stage, data)


if __name__ == "__main__":
    main()
