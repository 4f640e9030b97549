"""HTML and Atom from the templates in `watcher/templates`: mails, differences, the evidence report, pages of the web.

Everything that a template is given is escaped, a name that it was not given is an error, and no value brings control
or direction signs along, which could make a text look like another one.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from watcher.control_signs import in_lines


def render(template: str, **values: Any) -> str:
    """A template of the folder with these values. Raises jinja2.UndefinedError where it needs another one."""
    return _environment().get_template(template).render(values)


@cache
def text_of(file: str) -> str:
    """A file of the folder as it is: a style sheet, a script."""
    return files("watcher").joinpath("templates", file).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("watcher"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_without_controls,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def _without_controls(value: Any) -> Any:
    """The value without control signs, before it is escaped; what a macro made is mark-up and stays."""
    return value if hasattr(value, "__html__") else in_lines(str(value))
