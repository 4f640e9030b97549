"""The commands as a user types them: output, shapes, exit codes."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.scenario import HARM, configure, entry, store
from watcher.config.load import load
from watcher.pipeline.runtime import only_instance

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "watcher", *map(str, arguments)]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration with two stored releases, one of them with casualties."""
    folder = tmp_path_factory.mktemp("filled")

    def make(base: str) -> tuple[str, ...]:
        return entry(1, base, title="=cmd()|' /C calc'", text=HARM), entry(2, base)

    return store(folder, make).folder


def test_init_check_and_init_again(tmp_path: Path) -> None:
    """A first configuration is whole and sound, and is never overwritten."""
    assert run("init", tmp_path / "mine").returncode == 0
    assert {path.name for path in (tmp_path / "mine").iterdir()} == {"watcher.toml", "publishers", "words"}
    checked = run("--config", tmp_path / "mine", "check")
    assert checked.returncode == 0
    assert "is polled at once, for the first time" in checked.stdout
    assert "contact is not set" in checked.stderr
    assert not (tmp_path / "mine" / "watcher.db").exists(), "check touches nothing"
    again = run("init", tmp_path / "mine")
    assert (again.returncode, "is there already" in again.stderr) == (2, True)


def test_mistakes_have_exit_code_2_and_their_place(tmp_path: Path) -> None:
    """File and key of each, from every command that needs the configuration."""
    (tmp_path / "watcher.toml").write_text("[http]\ncontakt = 1\n")
    for command in ("check", "poll", "feeds"):
        done = run("--config", tmp_path, command)
        assert done.returncode == 2
        assert "watcher.toml: http.contakt: this key is not known" in done.stderr


@pytest.mark.parametrize("command", ["feeds", "releases", "alerts"])
def test_lists_come_as_table_json_and_csv(filled: Path, command: str) -> None:
    """Each list is also a group, and says the same in every shape."""
    table = run("--config", filled, command)
    assert table.returncode == 0
    assert len(table.stdout.splitlines()) >= 2
    found = json.loads(run("--config", filled, command, "--json").stdout)
    assert json.loads(run("--config", filled, command, "list", "--json").stdout) == found
    read = list(csv.DictReader(io.StringIO(run("--config", filled, command, "--csv").stdout)))
    assert len(read) == len(found)
    assert set(read[0]) == set(found[0])


def test_cell_that_a_spreadsheet_would_run_is_harmless(filled: Path) -> None:
    """Check 65: titles come from outside."""
    read = list(csv.DictReader(io.StringIO(run("--config", filled, "releases", "--reported", "--csv").stdout)))
    assert read[0]["title"].startswith("'=cmd")


def test_show_finds_marks_and_explains(filled: Path) -> None:
    """One release whole, for a person and for a program."""
    shown = run("--config", filled, "show", "1")
    assert HARM in shown.stdout
    assert "2 killed, civilian: stated as fact" in shown.stdout
    record = json.loads(run("--config", filled, "show", "Release 2", "--json").stdout)
    assert record["claims"] == []
    assert record["feeds"] == ["army/news"]
    assert run("--config", filled, "show", "nothing").returncode == 1


def test_unknown_feed_is_a_usage_error(filled: Path) -> None:
    """A typing mistake must not look like a quiet round."""
    done = run("--config", filled, "poll", "army/nwes")
    assert done.returncode == 2
    assert "army/nwes" in done.stderr


def test_failing_feed_gives_exit_code_1(tmp_path: Path) -> None:
    """Done, but something failed: a script can tell."""
    configure(tmp_path, {"news": "http://127.0.0.1:9/feed"})
    done = run("--config", tmp_path, "poll")
    assert done.returncode == 1
    assert "unreachable" in done.stdout
    assert "again at" in done.stdout


def test_other_instance_gives_exit_code_75(filled: Path) -> None:
    """Check 37: a poll beside a daemon would ask everything twice."""
    with only_instance(load(filled).database):
        assert run("--config", filled, "poll").returncode == 75
        assert run("--config", filled, "releases").returncode == 0, "reading goes on"


def test_detect_in_its_shapes() -> None:
    """The detector alone: lines of JSON, one JSON, a table, an explanation."""
    line = json.dumps({"id": "a", "text": HARM, "lang": "en"})
    (answer,) = map(json.loads, run("detect", "--jsonl", given=line + "\n").stdout.splitlines())
    assert answer["id"] == "a"
    assert answer["totals"] == {"killed": [2, 2], "injured": [4, 4]}
    assert "2 civilians killed" in run("detect", given=HARM).stdout
    assert json.loads(run("detect", "--json", given=HARM).stdout)["claims"][0]["harm"] == "killed"
    assert "because:" in run("detect", "--explain", given=HARM).stdout
    assert run("detect", "--jsonl", given="{}\n").returncode == 2


def test_text_in_another_language_is_unread() -> None:
    """Without a vocabulary the answer is not "no casualties"."""
    line = json.dumps({"id": "a", "text": "Deux civils ont été tués dans la ville.", "lang": "fr"})
    answer = json.loads(run("detect", "--jsonl", given=line).stdout)
    assert answer["claims"] == []
    assert [problem["kind"] for problem in answer["problems"]] == ["unread"]


def test_evaluate_scores_labelled_texts(tmp_path: Path) -> None:
    """A user measures the detector on their own material."""
    claim = {"harm": "killed", "count_min": 3, "count_max": 3, "victim": "civilian", "stance": "asserted"}
    file = tmp_path / "own.jsonl"
    file.write_text(json.dumps({"id": "1", "lang": "en", "text": HARM, "doc_label": True, "claims": [claim]}) + "\n")
    done = run("evaluate", file, "--show")
    assert done.returncode == 0
    assert "disagreement" in done.stdout


def test_import_and_export_of_feeds(tmp_path: Path) -> None:
    """Lists of feeds come from other programs and go to them."""
    run("init", tmp_path / "mine")
    (tmp_path / "urls.txt").write_text("https://x.example/rss\n")
    assert "1 feed added" in run("--config", tmp_path / "mine", "import", "feeds", tmp_path / "urls.txt").stdout
    assert 'xmlUrl="https://x.example/rss"' in run("--config", tmp_path / "mine", "export", "opml").stdout
