"""The syntax of the program's own files, parsed once a process however many tests look at it."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@cache
def tree(file: Path) -> ast.Module:
    """What a file holds."""
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    """Every node of a file, those within others too."""
    return tuple(ast.walk(tree(file)))
