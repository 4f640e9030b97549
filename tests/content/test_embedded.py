"""Text that a page holds without showing it: found by what it is about, in time linear in the page."""

from __future__ import annotations

import pytest

from watcher.content.embedded import embedded_text, is_thin

TITLE = "Two soldiers killed near Karsa"
PROSE = (
    "Two soldiers were killed and five were injured when their vehicle struck a mine near Karsa on Thursday, it said."
)


def script(text: str) -> str:
    return f"<html><body><h1>{TITLE}</h1><script>{text}</script></body></html>"


@pytest.mark.parametrize(
    "written",
    [
        f'x = "{PROSE}"',
        f"x = '{PROSE}'",
        f'self.__next_f.push([1,"a:{{\\"body\\":\\"{PROSE}\\"}}"])',
        f'x = {{"a": "{PROSE.replace("Two", chr(92) + "u0054wo")}"}}',
    ],
)
def test_prose_is_found_in_any_string_of_a_script(written: str) -> None:
    """Frameworks write it as JSON, as a program, or as JSON in a string of a program."""
    found = embedded_text(script(written), TITLE, 0)
    assert found is not None
    assert (found.source, PROSE in found.lines[0]) == ("script_data", True)


@pytest.mark.parametrize(
    "written",
    [
        f'x = "{"https://army.example/karsa/" * 9}"',
        f'x = "{"function soldiers(karsa) { return killed; } " * 4}"',
        f'x = "{"The band of the navy played in the park on Sunday and many came. " * 3}"',
        "x = 1",
    ],
)
def test_code_addresses_and_other_releases_are_no_text(written: str) -> None:
    """Nothing is better than the text of something else."""
    assert embedded_text(script(written), TITLE, 0) is None


def test_what_shows_enough_is_not_thin() -> None:
    """The title alone is, a paragraph or two are not."""
    assert is_thin([TITLE], TITLE)
    assert not is_thin([TITLE, PROSE, PROSE], TITLE)
    assert embedded_text(script(f'x = "{PROSE}"'), TITLE, len(PROSE)) is None


@pytest.mark.parametrize("part", ['"', "'", '"a\\', "\\", '\\"', "x", '"' + "x" * 79])
def test_hostile_scripts_are_looked_at_once(part: str) -> None:
    """Strings that never end, one inside another: looked at from each of their quotes they would take hours."""
    assert embedded_text(script(part * (1_000_000 // len(part))), TITLE, 0) is None
