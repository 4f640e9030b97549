"""No engine builds the image in the tests, so its main lines are read: who runs, from what, and where it writes."""

from __future__ import annotations

import re
import runpy

import pytest

from tests.support import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")


def test_dependencies_come_from_the_lock() -> None:
    """An image is built from the same bytes as a checkout: every hash checked, nothing looked up besides."""
    installs = re.findall(r"pip install .*", DOCKERFILE)
    assert len(installs) == 2
    assert "--require-hashes -r requirements.lock" in installs[0]
    assert "--no-deps" in installs[1]


def test_what_is_copied_exists() -> None:
    """A file that was renamed would end the build for a user only."""
    copied = [
        word for line in re.findall(r"^COPY (?!--from)(.*)", DOCKERFILE, re.MULTILINE) for word in line.split()[:-1]
    ]
    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_every_step_can_be_run_without_an_engine() -> None:
    """`deploy/build_root.py` runs them in a clean root: an instruction that it does not know would be noticed late."""
    script = runpy.run_path(str(ROOT / "deploy" / "build_root.py"))
    steps = script["instructions"](DOCKERFILE)
    assert [name for name, _ in steps].count("FROM") == 2
    assert {"COPY", "RUN", "USER", "ENTRYPOINT"} <= {name for name, _ in steps}
    with pytest.raises(ValueError, match="ONBUILD"):
        script["instructions"]("FROM x\nONBUILD RUN y\n")


def test_last_stage_runs_without_rights() -> None:
    """The stage that runs has a user of its own, set before the command, and says whether it is well."""
    stage = DOCKERFILE.split("\nFROM ")[-1]
    assert re.search(r"^USER (?!root|0)\w+", stage, re.MULTILINE)
    assert stage.index("USER ") < stage.index("ENTRYPOINT")
    assert "HEALTHCHECK" in stage
    assert "VOLUME /data" in stage


def test_compose_takes_every_right_away() -> None:
    """Both services share one block, which is where the guards stand."""
    shared, services = COMPOSE.split("\nvolumes:")[0].split("\nservices:")
    for guard in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "data:/data"):
        assert guard in shared
    assert services.count("<<: *watcher") == len(re.findall(r"^  \w+:\n", services, re.MULTILINE))


def test_datasette_is_published_to_this_machine_only() -> None:
    """The database may hold what is not yet public knowledge in a newsroom."""
    assert re.findall(r'ports: \["(.*?)"', COMPOSE) == ["127.0.0.1:8001:8001"]
