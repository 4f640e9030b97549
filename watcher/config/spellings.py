"""What the short writings of a vocabulary stand for: "(a|his)" is a choice, "soldier/soldiers" is one and many."""

from __future__ import annotations

import re
from itertools import chain, product
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_CHOICE = re.compile(r"\(([^()]*)\)")
_MOST_SPELLINGS = 2_000  # of one entry of a list


def spellings(pattern: str) -> list[str]:
    """What a phrase with choices stands for: "broke (a|his) (leg|arm)" is four; an empty choice leaves the word out.

    A choice can stand in another one: "(telling|having (told|said))" is three.

    Raises ValueError where they are more than anybody means.
    """
    parts = _CHOICE.split(pattern)  # what stands between choices, and in each of them, by turns
    options = [part.split("|") if number % 2 else [part] for number, part in enumerate(parts)]
    if prod(map(len, options)) > _MOST_SPELLINGS:
        raise ValueError(f"{pattern!r} stands for more than {_MOST_SPELLINGS} phrases")
    found = list(map("".join, product(*options)))
    together = f"|{'|'.join(found)}|"
    if "  " in together or "| " in together or " |" in together:
        found = [" ".join(one.split()) for one in found]  # an empty choice, most have none
    if len(parts) > 1 and "(" in found[0]:
        found = list(dict.fromkeys(spelt for one in found for spelt in spellings(one)))
    return found


def spelt_out(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words with each choice spelled out, in their order."""
    if "(" not in "".join(words):  # where a rule changes something else of an entry
        return words
    return tuple(chain.from_iterable(spellings(word) if "(" in word else (word,) for word in words))


def spelled(words: Sequence[str]) -> list[str]:
    """Singular and plural of "one/many", everything else as it stands."""
    together = "/".join(words)
    # Most of 60,000 have no slash: they stay the same strings, whose hashes are known.
    return together.split("/") if together.count("/") >= len(words) else list(words)
