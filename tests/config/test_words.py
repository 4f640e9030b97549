"""The vocabulary file: what it must hold, and how its mistakes are reported."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from dataclasses import fields
from shutil import copy
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT
from watcher.config.words import are_shipped, load_vocabularies, load_vocabulary
from watcher.detect.words.finder_words import joined_phrases
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

WORDS = ROOT / "config" / "words"
ENGLISH = (WORDS / "en.toml").read_text(encoding="utf-8")


def broken(tmp_path: Path, old: str, new: str) -> tuple[str, ...]:
    """The mistakes reported of the English file after one replacement."""
    path = tmp_path / "en.toml"
    assert old in ENGLISH
    path.write_text(ENGLISH.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_vocabulary(path)
    return caught.value.mistakes


def test_the_shipped_file_is_sound() -> None:
    """The vocabulary that users start from must load."""
    vocabulary = load_vocabulary(WORDS / "en.toml")
    assert vocabulary.language == "en"
    assert {"killed", "injured", "missing", "captured", "casualty"} == {entry.harm for entry in vocabulary.harms}


def test_shipped_words_need_no_check(tmp_path: Path) -> None:
    """Workers read them without pydantic, which must make the very same of them; a user's own words are checked."""
    program = (
        "import pickle, sys; from pathlib import Path; from watcher.config import words; words.read_shipped();"
        "found = words.load_vocabularies(Path(sys.argv[1]));"
        "sys.exit('pydantic' in sys.modules) if sys.argv[2:] else sys.stdout.buffer.write(pickle.dumps(found))"
    )
    for name in ("en.toml", "weights.toml"):
        copy(WORDS / name, tmp_path)
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own program
    assert pickle.loads(done.stdout) == load_vocabularies(WORDS)  # noqa: S301 (our own bytes)
    assert subprocess.run([*command, "x"], check=False).returncode == 0  # noqa: S603 - our own program
    assert are_shipped(tmp_path)
    assert not are_shipped(tmp_path / "none")
    (tmp_path / "en.toml").write_text(ENGLISH.replace('harm = "missing"', 'harm = "lost"', 1), encoding="utf-8")
    assert not are_shipped(tmp_path)
    with pytest.raises(ConfigError, match=r"harms\.\d+\.harm"):
        load_vocabularies(tmp_path)


def test_a_vocabulary_goes_to_worker_processes() -> None:
    """Workers get it by pickle; what arrives is equal."""
    vocabulary = load_vocabulary(WORDS / "en.toml")
    assert pickle.loads(pickle.dumps(vocabulary)) == vocabulary  # noqa: S301 (our own bytes)


def test_the_digest_follows_the_file(tmp_path: Path) -> None:
    """Claims carry the digest: any change of the file must change it."""
    path = tmp_path / "en.toml"
    path.write_text(ENGLISH + "\n# a remark\n", encoding="utf-8")
    assert load_vocabulary(path).digest != load_vocabulary(WORDS / "en.toml").digest


def test_a_choice_cannot_fill_the_memory(tmp_path: Path) -> None:
    """A slip of the pen must not make a million phrases."""
    many = " ".join(["(a|b|c|d|e|f|g|h)"] * 6)
    (mistake,) = broken(tmp_path, '"fell martyrs"', f'"{many}"')
    assert "more than 2000 phrases" in mistake


def test_an_unknown_value_is_reported_with_its_key(tmp_path: Path) -> None:
    """Whoever misspells a harm learns where."""
    (mistake,) = broken(tmp_path, 'harm = "missing"', 'harm = "lost"')
    assert re.search(r"en\.toml: harms\.\d+\.harm: ", mistake)


def test_every_mistake_is_reported_at_once(tmp_path: Path) -> None:
    """Nobody wants to run the program once for each mistake."""
    path = tmp_path / "en.toml"
    text = ENGLISH.replace('harm = "missing"', 'harm = "lost"', 1).replace('victim = "police"', 'victim = "cops"', 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_vocabulary(path)
    assert len(caught.value.mistakes) == 2


def test_a_word_in_capitals_is_a_mistake(tmp_path: Path) -> None:
    """Words are compared in small letters: a capital would never match and nobody would notice."""
    (mistake,) = broken(tmp_path, '"killed", "murdered"', '"Killed", "murdered"')
    assert "'Killed'" in mistake


def test_a_word_under_two_harms_is_a_mistake(tmp_path: Path) -> None:
    """Otherwise the order of the file would decide what a text says."""
    (mistake,) = broken(tmp_path, '"wounded in action"', '"murdered"')
    assert "'murdered'" in mistake


def test_an_absent_list_of_grammar_is_named(tmp_path: Path) -> None:
    """The rules need every list; an absent one is named rather than taken for empty."""
    (mistake,) = broken(tmp_path, "speech = [", "spech = [")
    assert "absent: speech" in mistake
    assert "unknown: spech" in mistake


def test_an_absent_list_of_a_rule_is_named(tmp_path: Path) -> None:
    """A rule without its words would silently find nothing."""
    mistakes = broken(tmp_path, "genitive = [", "genitif = [")
    assert {mistake.split(": ")[1] for mistake in mistakes} == {"rule_words.genitive", "rule_words.genitif"}


def test_words_of_rules_are_in_small_letters_too(tmp_path: Path) -> None:
    """They are compared with the small letters of the text like all others."""
    (mistake,) = broken(tmp_path, 'rank_classes = ["class"]', 'rank_classes = ["Class"]')
    assert "'Class'" in mistake


def test_phrases_of_rules_are_known_phrases() -> None:
    """Words become one token only where a list that makes words known has them; other phrases would never match."""
    vocabulary = load_vocabulary(WORDS / "en.toml")
    lists = [*vocabulary.grammar.values(), *vocabulary.bounds.values()]
    lists += [entry.words for entry in (*vocabulary.harms, *vocabulary.cues, *vocabulary.quantities)]
    lists += [tuple(spelling.split("/")) for entry in vocabulary.people for spelling in entry.words]
    known = {word for listed in lists for word in listed} | {*joined_phrases(vocabulary.rule_words)}
    asked = {
        word
        for part in (vocabulary.rule_words, vocabulary.numbers)
        for name, words in ((field.name, getattr(part, field.name)) for field in fields(part))
        if isinstance(words, frozenset) and name not in {"aboard", "diagnosing", "treating"}  # compared word by word
        for word in words
        if " " in word
    }
    assert asked <= known


def test_a_cue_has_a_known_role(tmp_path: Path) -> None:
    """A rule asks for a cue by its role, never by its display name, which anybody may change."""
    (mistake,) = broken(tmp_path, 'role = "return"', 'role = "returns"')
    assert re.search(r"cues\.\d+\.role: ", mistake)


def test_a_direction_must_fit_its_effect(tmp_path: Path) -> None:
    """A terminating cue that looks forward would do nothing."""
    (mistake,) = broken(
        tmp_path, 'effect = "terminate"\ndirection = "terminate"', 'effect = "terminate"\ndirection = "forward"'
    )
    assert "terminate" in mistake


@pytest.mark.parametrize("content", [b"\xff\xfe", b"language = ", b""])
def test_what_is_no_vocabulary_is_refused(tmp_path: Path, content: bytes) -> None:
    """A damaged or empty file is a mistake of the configuration, not a crash."""
    path = tmp_path / "xx.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"xx\.toml"):
        load_vocabulary(path)


def test_a_folder_is_read_by_language(tmp_path: Path) -> None:
    """One file a language; the mistakes of all files come together."""
    (tmp_path / "en.toml").write_text(ENGLISH, encoding="utf-8")
    assert set(load_vocabularies(tmp_path)) == {"en"}
    (tmp_path / "fr.toml").write_text("language = ", encoding="utf-8")
    (tmp_path / "zz.toml").write_text(ENGLISH, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_vocabularies(tmp_path)
    *mistakes, what_to_do = caught.value.mistakes
    assert len(mistakes) == 2
    assert "replaces the words of this version" in what_to_do


def test_folder_without_a_vocabulary_is_a_mistake(tmp_path: Path) -> None:
    """Every text would come out as unread, and no alert be raised any more."""
    with pytest.raises(ConfigError, match="there is no vocabulary"):
        load_vocabularies(tmp_path)


def test_no_phrase_swallows_an_article() -> None:
    """A phrase is one token for the rules: one that ends in "the" would hide that a noun is meant that is known."""
    vocabulary = load_vocabulary(WORDS / "en.toml")
    allowed = {"none of the", "not a hair on the", "planned the", "plotted the", "out of the"}
    phrases = [word for cue in vocabulary.cues if cue.effect not in {"pseudo", "denied"} for word in cue.words]
    phrases += [word for entry in vocabulary.quantities for word in entry.words]
    assert [word for word in phrases if word.endswith(" the") and word not in allowed] == []
