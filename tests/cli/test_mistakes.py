"""The commands where a user, a script or a text does something unusual: a sentence, an exit code, never a traceback."""

from __future__ import annotations

import csv
import io
import json
import stat
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.support.scenario import HARM, configure, entry, store
from watcher.cli import output
from watcher.cli.main import COMMANDS, cli, main

if TYPE_CHECKING:
    from pathlib import Path

GROUPS = ("feeds", "releases", "alerts")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases: one that reports the dead under a hostile title, one that does not."""
    folder = tmp_path_factory.mktemp("filled")

    def make(base: str) -> tuple[str, ...]:
        odd = entry(1, base, link="", title="@SUM(1)\x07 [bold]x[/bold] \u202eevil", text=HARM)
        return odd, entry(2, base, link="", pubDate="Tue, 10 Nov 2026 10:00:00 GMT")

    return store(folder, make).folder


class Done(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str | Path, given: str = "") -> Done:
    """The whole command in this process, from its arguments to its exit code: half a second less than a new one."""
    argv, sys.argv = sys.argv, ["watcher", *map(str, arguments)]
    try:
        with CliRunner().isolation(input=given) as (out, err, _):
            try:
                main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
            sys.stdout.flush()
        return Done(code, out.getvalue().decode(), err.getvalue().decode())
    finally:
        sys.argv = argv


def no_trace(done: Done, code: int) -> str:
    assert done.returncode == code, done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{}", '"id" and "text"'),
        ("[1]", '"id" and "text"'),
        ("null", '"id" and "text"'),
        ("not json", "line 2"),
        ('{"id": 1, "text": 5}', "have to be strings"),
        ('{"id": 1, "text": "x", "lang": 5}', "have to be strings"),
    ],
)
def test_line_that_is_no_text_is_named_by_its_number(line: str, said: str) -> None:
    """A file of ten thousand lines has one that is wrong; the lines before it were answered."""
    done = run("detect", "--jsonl", given=f'{{"id": 0, "text": "x"}}\n{line}\n')
    assert said in no_trace(done, 2)
    assert "line 2" in done.stderr
    assert [json.loads(answer)["id"] for answer in done.stdout.splitlines()] == [0]


def test_halves_of_signs_and_marks_end_nothing() -> None:
    """JSON can carry what UTF-8 cannot hold; offsets still point at the words."""
    text = "\ud83d Two civilians were killed \ud83d near the town."
    done = run("detect", "--jsonl", given="\ufeff" + json.dumps({"id": "a", "text": text}) + "\n\n")
    no_trace(done, 0)
    (claim,) = json.loads(done.stdout)["claims"]
    assert "killed" in text[claim["start"] : claim["end"]]


def test_file_in_another_encoding_is_read_as_well_as_it_can_be(tmp_path: Path) -> None:
    """Half a sign must not keep the rest from being read."""
    (tmp_path / "text").write_bytes(b"caf\xe9. Two civilians were killed.")
    done = run("detect", tmp_path / "text")
    no_trace(done, 0)
    assert "2 civilians killed" in done.stdout


def test_absent_file_and_unknown_command_are_usage_errors(tmp_path: Path) -> None:
    """Exit code 2, as everywhere."""
    for arguments in (("detect", tmp_path / "absent"), ("fedes",), ("feeds", "--jsn"), ("show",)):
        no_trace(run(*arguments), 2)


def test_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """`init` into a file's folder, or an import beside it."""
    (tmp_path / "file").write_text("")
    assert "cannot be written" in no_trace(run("init", tmp_path / "file" / "x"), 2)


@pytest.mark.parametrize("code", ["../evil", "A B"])
def test_import_under_an_impossible_code_is_refused(tmp_path: Path, code: str) -> None:
    """The next start must find a configuration that can be read."""
    run("init", tmp_path / "mine")
    (tmp_path / "urls").write_text("https://x.example/rss\n")
    done = run("--config", tmp_path / "mine", "import", "feeds", "--publisher", code, tmp_path / "urls")
    assert "code" in no_trace(done, 2)
    no_trace(run("--config", tmp_path / "mine", "check"), 0)


def test_check_tells_every_secret_that_is_not_set(tmp_path: Path) -> None:
    """Of channels, of mail, and of the headers of feeds: an empty key would be refused every hour."""
    settings = '[[channel]]\nname = "w"\nkind = "webhook"\nurl = { env = "NO_URL" }\nsecret = { file = "/nowhere" }\n'
    settings += '[mail]\nhost = "h"\nsender = "a@b.example"\npassword = { env = "NO_PASSWORD" }\n'
    configure(
        tmp_path, {"news": "https://a.example/x"}, settings=settings, publisher='headers.X-Key = { env = "NO_KEY" }'
    )
    said = no_trace(run("--config", tmp_path, "check"), 2)
    for place in (
        "channel w.url: $NO_URL",
        "channel w.secret: /nowhere",
        "mail.password: $NO_PASSWORD",
        "X-Key: $NO_KEY",
    ):
        assert f"{place} is not set or empty" in said


def test_check_tells_mistakes_of_all_files_together(tmp_path: Path) -> None:
    """Settings, publishers and words in one go."""
    configure(tmp_path, {"news": "https://a.example/x"})
    (tmp_path / "watcher.toml").write_text('databse = "x"')
    (tmp_path / "publishers" / "navy.toml").write_text("name = 5")
    (tmp_path / "words" / "en.toml").write_text("oops")
    said = no_trace(run("--config", tmp_path, "check"), 2)
    for file in ("watcher.toml", "navy.toml", "en.toml"):
        assert file in said


@pytest.mark.parametrize("command", GROUPS)
def test_lists_without_a_database_say_how_to_get_one(tmp_path: Path, command: str) -> None:
    """The first thing that a new user types."""
    configure(tmp_path, {"news": "https://a.example/x"})
    assert "`watcher poll` makes it" in no_trace(run("--config", tmp_path, command), 1)
    assert not (tmp_path / "watcher.db").exists()


def test_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    """Exit code 1 and the file's name; it is left as it is."""
    configure(tmp_path, {"news": "https://a.example/x"})
    (tmp_path / "watcher.db").write_bytes(b"a letter" * 1000)
    assert "watcher.db" in no_trace(run("--config", tmp_path, "feeds"), 1)
    assert (tmp_path / "watcher.db").read_bytes() == b"a letter" * 1000


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", "24.11.2026", ""])
def test_day_that_is_none_is_a_usage_error(filled: Path, since: str) -> None:
    """It would look like a quiet day."""
    assert "2026-11-24" in no_trace(run("--config", filled, "releases", "--since", since), 2)


def test_filters_narrow_the_list(filled: Path) -> None:
    """By publisher, day, words, what they report, and how many."""

    def count(*options: str) -> int:
        return len(json.loads(run("--config", filled, "releases", *options, "--json").stdout))

    assert count() == 2
    assert count("--reported") == 1
    assert count("--since", "2026-11-11") == 1
    assert count("--search", "strike town") == 1
    assert count("--publisher", "navy") == 0
    assert count("--limit", "1") == 1


@pytest.mark.parametrize("command", GROUPS)
def test_empty_list_is_valid_json(filled: Path, command: str) -> None:
    """A script must not fail on a quiet day."""
    option = ("--limit", "0") if command != "feeds" else ()
    found = json.loads(run("--config", filled, command, *option, "--json").stdout)
    assert found == [] or command == "feeds"


def test_hostile_title_reaches_no_terminal_and_no_spreadsheet(filled: Path) -> None:
    """Checks 65 and 71: control and bidi signs are gone, markup is text, formulas are text."""
    for arguments in (("releases",), ("show", "1"), ("releases", "--csv"), ("show", "1", "--json"), ("alerts",)):
        shown = run("--config", filled, *arguments).stdout
        assert not {"\x07", "\x1b", "\u202e"} & set(shown), arguments
    assert "[bold]x[/bold]" in run("--config", filled, "releases").stdout
    (row,) = csv.DictReader(io.StringIO(run("--config", filled, "releases", "--reported", "--csv").stdout))
    assert row["title"].startswith("'@SUM")
    claims = list(csv.DictReader(io.StringIO(run("--config", filled, "show", "1", "--csv").stdout)))
    assert [claim["harm"] for claim in claims] == ["killed", "injured"]


CELLS = st.text(max_size=20) | st.integers() | st.none()


@given(st.lists(st.fixed_dictionaries({"a": CELLS, "b": CELLS}), min_size=1, max_size=5))
def test_no_cell_begins_like_a_formula(found: list[dict[str, Any]]) -> None:
    """Whatever a publisher writes: a spreadsheet shows it and runs nothing, and nothing else of it is changed."""
    text = output._csv(found)
    for row, cells in zip(found, csv.DictReader(io.StringIO(text, newline="")), strict=True):
        for name, value in row.items():
            cell = cells[name]
            said = "" if value is None else str(value)
            assert cell in {said, f"'{said}"}
            assert not isinstance(value, str) or not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0"))


def test_commands_explain_themselves() -> None:
    """Every command has its help, without a configuration."""
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None, name
        shown = CliRunner().invoke(cli, [name, "--help"])
        assert shown.exit_code == 0, name
        assert (command.help or "").split("\n")[0].split(".")[0] in " ".join(shown.output.split()), name


def test_new_configuration_can_be_changed_by_its_owner(tmp_path: Path) -> None:
    """What is copied from an installed package, which may be read-only, has to be writable."""
    run("init", tmp_path / "mine")
    files = list((tmp_path / "mine").rglob("*.toml"))
    assert files
    assert all(path.stat().st_mode & stat.S_IWUSR for path in files)
