"""`watcher detect` and `watcher evaluate`: the detector alone, in every shape, whatever it is given."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.support.command_line import watcher
from tests.support.scenario import HARM
from watcher.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path


def test_detect_answers_as_lines_json_table_and_explanation(tmp_path: Path) -> None:
    """The detector alone: lines of JSON, one JSON, a table, an explanation."""
    line = json.dumps({"id": "a", "text": HARM, "lang": "en"})
    (answer,) = map(json.loads, watcher("detect", "--jsonl", given=line + "\n").stdout.splitlines())
    assert answer["id"] == "a"
    assert answer["totals"] == {"killed": [2, 2], "injured": [4, 4]}
    assert "2 civilians killed" in watcher("detect", given=HARM).stdout
    (tmp_path / "text").write_text(HARM)
    assert json.loads(watcher("detect", "--json", tmp_path / "text").stdout)["claims"][0]["harm"] == "killed"
    assert "because:" in watcher("detect", "--explain", given=HARM).stdout
    assert watcher("detect", "--jsonl", given="{}\n").returncode == 2


def test_detect_takes_what_is_known_beside_the_text(tmp_path: Path) -> None:
    """What happened years before the publication is no news; a date that is none is named with its line."""
    text = "Two soldiers were killed in May 2019 near the depot."
    known = {"title": "The depot", "published": "2024-05-20T09:00:00Z", "publisher": "af"}
    lines = [json.dumps({"id": key, "text": text} | more) for key, more in (("old", known), ("undated", {}))]
    done = CliRunner().invoke(cli, ["detect", "--jsonl"], input="\n".join(lines))
    answers = {answer["id"]: answer for answer in map(json.loads, done.stdout.splitlines())}
    assert [answers[key]["claims"][0]["is_background"] for key in ("old", "undated")] == [True, False]
    wrong = CliRunner().invoke(
        cli, ["detect", "--jsonl"], input=json.dumps({"id": 1, "text": text, "published": "May"})
    )
    assert wrong.exit_code == 2
    assert "line 1" in wrong.stderr
    (tmp_path / "text").write_text(text)
    named = ["--title", "The depot", "--published", "2024-05-20", "--publisher", "US", str(tmp_path / "text")]
    said = CliRunner().invoke(cli, ["detect", "--json", *named]).stdout
    assert json.loads(said)["claims"][0]["is_background"]
    assert CliRunner().invoke(cli, ["detect", "--published", "May", str(tmp_path / "text")]).exit_code == 2


def test_text_in_another_language_is_unread() -> None:
    """Without a vocabulary the answer is not "no casualties"."""
    line = json.dumps({"id": "a", "text": "Deux civils ont été tués dans la ville.", "lang": "fr"})
    answer = json.loads(watcher("detect", "--jsonl", given=line).stdout)
    assert answer["claims"] == []
    assert [problem["kind"] for problem in answer["problems"]] == ["unread"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{}", '"id" and "text"'),
        ("[1]", '"id" and "text"'),
        ("null", '"id" and "text"'),
        ("not json", "line 2"),
        ('{"id": 1, "text": 5}', "have to be strings"),
        ('{"id": 1, "text": "x", "title": ["y"]}', "have to be strings"),
    ],
)
def test_line_that_is_no_text_is_named_by_its_number(line: str, said: str) -> None:
    """A file of ten thousand lines has one that is wrong; the lines before it were answered."""
    done = watcher("detect", "--jsonl", given=f'{{"id": 0, "text": "x"}}\n{line}\n')
    assert done.returncode == 2
    assert said in done.stderr
    assert "line 2" in done.stderr
    assert [json.loads(answer)["id"] for answer in done.stdout.splitlines()] == [0]


def test_halves_of_signs_and_marks_end_nothing() -> None:
    """JSON can carry what UTF-8 cannot hold; offsets still point at the words."""
    text = "\ud83d Two civilians were killed \ud83d near the town."
    done = watcher("detect", "--jsonl", given="\ufeff" + json.dumps({"id": "a", "text": text}) + "\n\n")
    assert done.returncode == 0
    (claim,) = json.loads(done.stdout)["claims"]
    assert "killed" in text[claim["start"] : claim["end"]]


def test_file_in_another_encoding_is_read_as_well_as_it_can_be(tmp_path: Path) -> None:
    """Half a sign must not keep the rest from being read."""
    (tmp_path / "text").write_bytes(b"caf\xe9. Two civilians were killed.")
    done = watcher("detect", tmp_path / "text")
    assert done.returncode == 0
    assert "2 civilians killed" in done.stdout


def test_evaluate_scores_labelled_texts(tmp_path: Path) -> None:
    """A user measures the detector on their own material."""
    claim = {"harm": "killed", "count_min": 3, "count_max": 3, "victim": "civilian", "stance": "asserted"}
    file = tmp_path / "own.jsonl"
    file.write_text(json.dumps({"id": "1", "lang": "en", "text": HARM, "doc_label": True, "claims": [claim]}) + "\n")
    done = watcher("evaluate", file, "--show")
    assert done.returncode == 0
    assert "disagreement" in done.stdout


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "2026-1-1", "26-11-24", ""])
def test_redetect_refuses_what_is_no_day(day: str) -> None:
    """A day that sorts after every day would read nothing and say that all is done."""
    done = watcher("redetect", "--since", day)
    assert done.returncode == 2
    assert "a day looks like 2026-11-24" in done.stderr
