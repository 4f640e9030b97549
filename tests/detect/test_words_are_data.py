"""The code of the detector names no word of a language: all of them are data in config/words."""

from __future__ import annotations

import ast
import re
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, get_args

import pytest

from tests.support import ROOT
from watcher.config import words as vocabulary_file
from watcher.config.rule_words import RuleWords
from watcher.config.words import load_vocabularies
from watcher.model import claim as claim_values

if TYPE_CHECKING:
    from collections.abc import Iterator

DETECT = ROOT / "watcher" / "detect"
# They write English for the reader of an answer and compare nothing.
WRITERS = frozenset({"explain.py"})
FUNCTION_WORDS = frozenset(
    (ROOT / "tests" / "data" / "detect" / "english_function_words.txt").read_text("utf-8").split()
)
# Names of the code's own values that are words as well; a comparison with a word of the text is no place for them.
NAMES = frozenset(
    value
    for kind in (
        claim_values.Harm,
        claim_values.Victim,
        claim_values.Stance,
        claim_values.CountKind,
        claim_values.Part,
        vocabulary_file.Form,
        vocabulary_file.Effect,
        vocabulary_file.Direction,
        vocabulary_file.Role,
    )
    for value in get_args(kind)
)
# Names of rules and of groups of a pattern.
RULES = frozenset(
    {"all aboard", "finding", "formation", "joined", "listed", "number", "others", "part", "said before", "simulated",
     "someone", "relative", "unharmed", "unit", "year"}
)  # fmt: skip
ROLE_NAMES = frozenset({"_SENSES", "_KINDS", "roles", "__slots__"})  # variables that hold names of roles and fields
PROPERTIES = {"name", "role", "effect", "direction", "form", "harm", "victim"}  # of entries of a vocabulary: no words
KEYED = ("ROLES", "grammar", "Literal", "match", "tuple")  # what stands in their square brackets is no word
ENDS = frozenset({"startswith", "endswith", "removeprefix", "removesuffix"})
PATTERN = re.compile(r"[\\()\[\]|{}]")
INSIDE_PATTERN = re.compile(r"\\[a-zA-Z]|\(\?P[<=]\w+[>)]|\(\?[a-z]+[:)]|\[[^\]]*\]")


def known_words() -> frozenset[str]:
    """Every word and phrase of every shipped vocabulary, with the English function words."""
    vocabularies = load_vocabularies(ROOT / "config" / "words").values()
    words = FUNCTION_WORDS | {word for one in vocabularies for word in listed(one)}
    return frozenset(word for word in words if any(map(str.isalpha, word)))


def listed(value: object) -> Iterator[str]:
    """The words of a vocabulary: what its lists hold, and the keys of its tables of numbers and days."""
    if isinstance(value, str):
        yield from value.split("/")
    elif is_dataclass(value):
        names = {field.name for field in fields(value)} - {
            "name",
            "language",
            "digest",
            "role",
            "effect",
            "direction",
            "form",
            "harm",
            "victim",
        }
        yield from listed([getattr(value, name) for name in sorted(names)])
    elif isinstance(value, dict):
        has_words = not any(isinstance(one, int) for one in value.values())
        yield from listed(tuple(value.values()) if has_words else tuple(value))
    elif isinstance(value, tuple | list | frozenset):
        for one in value:
            yield from listed(one)


def words_in(source: str, known: frozenset[str], *, is_compared: bool = False) -> list[tuple[int, str]]:
    """The words of a language that stand as constants in a module, with their lines; or only those compared."""
    tree = ast.parse(source)
    ignored = {id(node) for parent in ast.walk(tree) for part in names_of(parent) for node in ast.walk(part)}
    asked = {id(node) for parent in ast.walk(tree) for part in asked_for(parent) for node in ast.walk(part)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in ignored:
            if is_compared and id(node) not in asked:
                continue
            allowed = NAMES | RULES if id(node) not in asked else frozenset()
            found += [(node.lineno, word) for word in parts(node.value, known) if word not in allowed]
    return sorted(found)


def names_of(node: ast.AST) -> list[ast.expr]:
    """What holds no words: docstrings, annotations, names of roles and of rules, and keys in square brackets."""
    if isinstance(node, ast.Expr):
        return [node.value] if isinstance(node.value, ast.Constant) else []
    if isinstance(node, ast.Subscript):
        return [node.slice] if ast.unparse(node.value).endswith(KEYED) else []
    if isinstance(node, ast.Assign):
        return [node.value] if ast.unparse(node.targets[0]) in ROLE_NAMES | {"rules"} else []
    if isinstance(node, ast.keyword):
        return [node.value] if node.arg == "rules" else []
    if isinstance(node, ast.For):
        return [node.iter] if "ROLES[" in ast.unparse(node) else []
    notes = (getattr(node, "annotation", None), getattr(node, "returns", None))
    return [note for note in notes if isinstance(note, ast.expr)]


def asked_for(node: ast.AST) -> list[ast.expr]:
    """Where a word of the text is compared: beside `low` or `raw`, and as the end of a word."""
    if isinstance(node, ast.Compare) and re.search(r"\blow\b|\braw\(", ast.unparse(node)):
        return [node.left, *node.comparators]
    is_end = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ENDS
    return node.args if isinstance(node, ast.Call) and is_end else []


def parts(constant: str, known: frozenset[str]) -> list[str]:
    """The known words of a constant: itself, or those inside a pattern."""
    if PATTERN.search(constant):
        return [word for word in re.findall(r"\w{2,}", INSIDE_PATTERN.sub(" ", constant).lower()) if word in known]
    word = constant.strip()
    word = word.lower() if len(word) > 1 else word
    return [word] if word in known else []


KNOWN = known_words()
SOURCES = [path for path in DETECT.rglob("*.py") if path.parent.name != "evaluate"]
MODULES = sorted(path.relative_to(DETECT).as_posix() for path in SOURCES if path.name not in WRITERS)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_of_the_detector_names_no_word(module: str) -> None:
    """Another language brings its own vocabulary file: a word in the code would be English for all of them."""
    assert words_in((DETECT / module).read_text(encoding="utf-8"), KNOWN) == []


@pytest.mark.parametrize("module", sorted(WRITERS))
def test_what_writes_english_compares_none(module: str) -> None:
    """An explanation is in English; that it compared a word of the text would be another thing."""
    assert words_in((DETECT / module).read_text(encoding="utf-8"), KNOWN, is_compared=True) == []


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ('if sentence.low[at] == "who": ...', "who"),
        ('if sentence.low[at] in {"of", ";"}: ...', "of"),
        ('_BREAKS = frozenset({";", "but"})', "but"),
        ('opener = re.compile(r"\\b(?:in|during)\\s")', "during"),
        ('opener = re.compile(rf"\\b(?:{month}|winter)\\s")', "winter"),
        ('if low.endswith("ed"): ...', "ed"),
        ('is_missing = sentence.low[at] == "missing"', "missing"),
        ('counts = {"seven": 7}', "seven"),
        ('article = "THE "', "the"),
        ('words = "killed|wounded".split("|")', "wounded"),
    ],
)
def test_a_planted_word_is_found(line: str, word: str) -> None:
    """The check must see every way in which code can hold a word."""
    assert word in [found for _, found in words_in(line, KNOWN)]


@pytest.mark.parametrize(
    "line",
    [
        'if claim.harm == "killed" and claim.stance == "denied": ...',
        'mask = ROLES["of"] | ROLES["be"]',
        'assigned = vocabulary.grammar["home"]',
        'if sentence.low[at] in {",", "(", "&", "%"}: ...',
        'def kind() -> Literal["other"]:\n    """Say which of them."""',
        'year = re.compile(r"(?P<last>\\d{4})")',
    ],
)
def test_names_of_the_code_are_no_words(line: str) -> None:
    """A harm, a stance, a role or the group of a pattern is called by its name in every language."""
    assert words_in(line, KNOWN) == []


@pytest.mark.parametrize(
    "part",
    [RuleWords, vocabulary_file.NumberWords, vocabulary_file.Calendar, vocabulary_file.Places],
)
def test_every_list_of_the_vocabulary_is_asked_for(part: type) -> None:
    """A list that no rule asks for is one more to fill in for every language, to no purpose."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    asked = set(re.findall(r"(?:words|numbers|calendar|places)\.(\w+)", code))
    assert {field.name for field in fields(part)} <= asked
