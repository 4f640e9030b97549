"""`watcher releases`, `show` and `diff`: one release whole, and what was changed in it, for people and programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.support.command_line import watcher
from tests.support.scenario import HARM, configure, entry, one_round, page, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

TEXTS = (
    "Two civilians were killed in the strike near the town on Monday.",
    "Eight civilians were killed in the strike near the town on Monday.",
    "Eight people were killed in the strike near the town on Monday.",
)


@pytest.fixture
def revised(tmp_path: Path) -> Path:
    """A database in which one release has three revisions and another has one."""

    @in_loop
    async def fill() -> None:
        async with http_server() as server:
            base = server.url("")
            feeds = [rss(entry(1, base, title="Strike", text=text), entry(2, base)) for text in TEXTS]
            server.routes["/feed"] = [Answer(feed) for feed in feeds]
            server.routes["/releases/1"] = [Answer(page("Strike", text), content_type="text/html") for text in TEXTS]
            configuration = configure(tmp_path, {"news": server.url("/feed")})
            for _ in TEXTS:
                await one_round(configuration)

    fill()
    return tmp_path


def test_show_finds_marks_and_explains(filled: Path) -> None:
    """One release whole, for a person and for a program."""
    shown = watcher("--config", filled, "show", "1")
    assert HARM in shown.stdout
    assert "2 killed, civilian: stated as fact" in shown.stdout
    record = json.loads(watcher("--config", filled, "show", "Release 2", "--json").stdout)
    assert record["claims"] == []
    assert record["feeds"] == ["army/news"]
    assert watcher("--config", filled, "show", "nothing").returncode == 1


def test_text_that_could_not_be_read_has_no_empty_list_of_claims(tmp_path: Path) -> None:
    """A text in German with "no claims" below it looked as if it reported nobody."""
    german = "Bei dem Angriff wurden gestern zwei Zivilisten getötet und vier weitere Menschen schwer verletzt."

    @in_loop
    async def fill() -> None:
        async with http_server() as server:
            server.routes["/feed"] = Answer(rss(entry(1, server.url(""), link="", text=german)))
            await one_round(configure(tmp_path, {"news": server.url("/feed")}))

    fill()
    shown = watcher("--config", tmp_path, "show", "1").stdout
    assert "could not be read (no vocabulary for de): what it says about casualties is not known" in shown
    assert "no claims" not in shown
    assert "could not be read" in watcher("--config", tmp_path, "releases").stdout


def test_show_says_where_the_text_was_its_languages_and_both_readings_of_a_date(tmp_path: Path) -> None:
    """A text that no reader sees, a part in another language and a doubtful day must be known to who relies on them."""
    foreign = "Поранених евакуювали до військового шпиталю в столиці, двоє з них перебувають у критичному стані."
    hidden = f"<p>{HARM} The ministry said so in a statement on the strike.</p><p>{foreign}</p>"

    @in_loop
    async def fill() -> None:
        async with http_server() as server:
            server.routes["/feed"] = Answer(rss(entry(1, server.url(""), title="Strike", text="", pubDate="")))
            data = json.dumps({"body": hidden})
            head = '<title>Strike near the town</title><meta property="article:published_time" content="03/05/2024">'
            body = f'<div id="root"></div><script>x = {data}</script>'
            shell = f'<html lang="en"><head>{head}</head><body>{body}</body></html>'
            server.routes["/releases/1"] = Answer(shell.encode(), content_type="text/html; charset=utf-8")
            await one_round(configure(tmp_path, {"news": server.url("/feed")}))

    fill()
    shown = watcher("--config", tmp_path, "show", "1").stdout
    assert "text from   the page's script data (page: ok)" in shown
    assert "published   doubtful: 2024-05-03T00:00:00.000Z or 2024-03-05T00:00:00.000Z (03/05/2024, from" in shown
    assert "language    en (parts: en, uk)" in shown
    record = json.loads(watcher("--config", tmp_path, "show", "1", "--json").stdout)
    assert (record["text_from"], len(record["published_readings"])) == ("script_data", 2)
    assert [record["text"][part["start"] : part["end"]][-7:] for part in record["languages"]] == [
        "strike.",
        foreign[-7:],
    ]
    assert watcher("--config", tmp_path, "verify").returncode == 0


def test_filters_narrow_the_list(filled: Path) -> None:
    """By publisher, day, words, what they report, and how many."""

    def count(*options: str) -> int:
        return len(json.loads(watcher("--config", filled, "releases", *options, "--json").stdout))

    assert count() == 2
    assert count("--reported") == 1
    assert count("--since", "2026-11-11") == 1
    assert count("--search", "strike town") == 1
    assert count("--publisher", "navy") == 0
    assert count("--limit", "1") == 1


def diff(revised: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(revised), "diff", *arguments], catch_exceptions=True)


def test_last_two_revisions_are_shown_with_hashes_times_and_claims(revised: Path) -> None:
    """The plain command answers the plain question, what they changed last (check 79)."""
    shown = diff(revised, "Strike").output
    assert "revision 2, observed 20" in shown
    assert "revision 3, observed 20" in shown
    assert '8 civilians killed → 8 people killed; "civilian" is no longer said' in shown
    assert "Eight [-civilians-] {+people+} were killed" in " ".join(shown.split())
    assert sum(len(word) == 64 for word in shown.split()) == 4


def test_any_two_revisions_can_be_compared(revised: Path) -> None:
    """Monday against Wednesday, and backwards; one number alone is compared with the newest."""
    assert "[-Two civilians-] {+Eight people+}" in " ".join(diff(revised, "Strike", "1", "3").output.split())
    assert "[-Two civilians-] {+Eight people+}" in " ".join(diff(revised, "Strike", "1").output.split())
    assert "[-Eight-] {+Two+}" in " ".join(diff(revised, "Strike", "2", "1").output.split())


def test_html_goes_to_a_file_or_to_the_terminal(revised: Path, tmp_path: Path) -> None:
    """The page can be sent on: one file, nothing remote in it."""
    target = tmp_path / "diff.html"
    assert diff(revised, "Strike", "--html", str(target)).output == ""
    written = target.read_text(encoding="utf-8")
    assert written.startswith("<!DOCTYPE html>")
    assert "<del" in written
    assert diff(revised, "Strike", "--html", "-").output == written


def test_json_tells_runs_claims_and_hashes(revised: Path) -> None:
    """A program gets all of it, the claims with their sentences."""
    said = json.loads(diff(revised, "Strike", "1", "2", "--json").output)
    assert (said["from"]["number"], said["to"]["number"]) == (1, 2)
    assert said["from"]["body_sha256"] != said["to"]["body_sha256"]
    assert [run["text"].strip() for run in said["text"] if run["kind"] != "same"] == ["Two", "Eight"]
    assert [(one["kind"], one["old"]["count_min"], one["new"]["count_min"]) for one in said["claims"]] == [
        ("altered", 2, 8)
    ]


def test_what_cannot_be_compared_is_said(revised: Path) -> None:
    """One revision only, a number that is none, a release that is not there: a sentence and an exit code."""
    for arguments, words in (
        (("Release 2",), "one revision: nothing was changed"),
        (("Strike", "1", "9"), "has no revision 9"),
        (("Nowhere",), 'there is no release "Nowhere"'),
    ):
        result = diff(revised, *arguments)
        assert result.exit_code != 0
        assert words in str(result.exception)
