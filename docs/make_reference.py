"""Write docs/reference/*.md from the program itself: commands, settings, publishers, tables, errors."""

from __future__ import annotations

import inspect
import re
import sys
from dataclasses import MISSING, Field, fields, is_dataclass
from importlib.metadata import metadata as metadata_of
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from babel import Locale
from sqlite_utils import Database

from watcher import errors
from watcher.cli.main import cli
from watcher.config.folder import shipped_folder
from watcher.config.load import load
from watcher.config.publishers import ApiKey, Feed, Publisher
from watcher.config.settings import Settings
from watcher.config.tables import Table
from watcher.model.api import ApiParts, ApiRule, Paging, RequestLimits
from watcher.model.selectors import PageRules
from watcher.store.schema import migrate
from watcher.web.metadata import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

REFERENCE = Path(__file__).parent / "reference"
PUBLISHER: tuple[tuple[str, type[Any]], ...] = (
    ("publishers/<code>.toml", Publisher), ("[page]", PageRules), ("[[feed]]", Feed), ("[feed.api]", ApiRule),
    ("[feed.api.parts] and [feed.api.document_parts]", ApiParts), ("[feed.api.paging]", Paging),
    ("[feed.api_key]", ApiKey), ("[feed.limits]", RequestLimits),
)


def commands() -> str:
    """Every command with its help, as it prints it."""
    parts = ["# Commands", ""]
    for path, command in _walk(cli, ["watcher"]):
        context = click.Context(command, info_name=" ".join(path), **cli.context_settings)
        parts += [f"## {' '.join(path)}", "", "```", command.get_help(context), "```", ""]
    return "\n".join([*parts, "Exit codes: 0 done, 1 something failed, 2 usage or configuration, 75 another instance.", ""])


def _walk(command: click.Command, path: list[str]) -> list[tuple[list[str], click.Command]]:
    found = [(path, command)]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in sorted(command.list_commands(context)):
            within = command.get_command(context, name)
            found += _walk(within, [*path, name]) if within is not None else []
    return found


def settings() -> str:
    """Every key of the configuration with its default."""
    parts = ["# Settings", "", "Durations are seconds or a number with a unit: `\"15m\"`. Secrets are `{ env = \"NAME\" }` or `{ file = \"path\" }`.", ""]
    models: tuple[tuple[str, type[Any]], ...] = (("watcher.toml", Settings), *_tables_of(Settings), *PUBLISHER)
    for title, model in models:
        parts += [f"## {title}", "", inspect.cleandoc(model.__doc__ or ""), "", "| key | default |", "|---|---|"]
        parts += [f"| `{key}` | {default} |" for key, default in _keys(model)]
        parts.append("")
    return "\n".join(parts)


def _tables_of(model: type[Any]) -> Iterator[tuple[str, type[Any]]]:
    """Each table within a table, `[[name]]` where there may be several."""
    for field in fields(model):
        name = field.metadata.get("key", field.name)
        title = f"[[{name}]]" if "tuple[" in str(field.type) else f"[{name}]"
        words = re.findall(r"\w+", str(field.type))
        kinds = (vars(sys.modules[model.__module__]).get(word) for word in words)
        yield from ((title, kind) for kind in kinds if isinstance(kind, type) and issubclass(kind, Table))


def _keys(model: type[Any]) -> list[tuple[str, str]]:
    return [(field.metadata.get("key", field.name), _default(field)) for field in fields(model)]


def _default(field: Field[Any]) -> str:
    if field.default is MISSING and field.default_factory is MISSING:
        return "must be given"
    value = field.default if field.default_factory is MISSING else field.default_factory()
    if is_dataclass(value):
        return "see its table"
    return f"`{value!r}`" if not isinstance(value, Path) else f"`{value}`"


def tables() -> str:
    """Every table with its columns, and Datasette's queries."""
    db = Database(memory=True)
    migrate(db)
    described = metadata("watcher")["databases"]["watcher"]
    parts = ["# Tables", "", "Times are text, UTC, ISO 8601 with Z. Booleans begin with `is_`, counts end with `_count`.", ""]
    names = [name for name in db.table_names() if not name.startswith(("_", "revisions_fts"))]
    for name in sorted(names):
        notes = described["tables"][name]
        parts += [f"## {name}", "", notes["description"], "", "| column | type | meaning |", "|---|---|---|"]
        for column in db[name].columns:
            kind = f"{column.type}{', required' if column.notnull else ''}"
            parts.append(f"| `{column.name}` | {kind} | {notes.get('columns', {}).get(column.name, '')} |")
        parts.append("")
    parts += ["# Queries", ""] + [f"- `{name}`: {query['title']}" for name, query in described["queries"].items()]
    return "\n".join([*parts, ""])


def outcomes() -> str:
    """Every error with its meaning."""
    found = [kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, errors.WatcherError)]
    parts = ["# Errors and outcomes", "", "| error | outcome in the tables | meaning |", "|---|---|---|"]
    for kind in found:
        outcome = kind.outcome.fget(kind.__new__(kind))  # type: ignore[attr-defined]
        parts.append(f"| `{kind.__name__}` | `{outcome}` | {inspect.cleandoc(kind.__doc__ or '').splitlines()[0]} |")
    said = "Further outcomes: `ok`, `new`, `same`, `not_modified`, `gone` (404 or 410), `no_page` (the entry has no address)."
    return "\n".join([*parts, "", said, ""])


def publishers() -> str:
    """Every publisher that is shipped, by country, with its feeds and what is known of them."""
    parts = ["# Publishers", "", _PUBLISHERS, ""]
    by_country: dict[str, list[Publisher]] = {}
    for publisher in load(shipped_folder()).publishers:
        by_country.setdefault(_country(publisher.country), []).append(publisher)
    for country in sorted(by_country):
        parts += [f"## {country}", ""]
        for publisher in sorted(by_country[country], key=lambda one: one.code):
            parts += _publisher(publisher)
    return "\n".join(parts)


_PUBLISHERS = """These come with the program. Their addresses are from public listings, and nobody has seen them answer: `watcher feeds verify`
says which of the enabled ones do. Disabled feeds are of medium confidence; `watcher publishers enable` tries one. How to
change any of them: [add a publisher](../how-to/add-a-publisher.md)."""


def _country(code: str) -> str:
    """The name of a country, or of the organisation that has no country's code."""
    names = {"UN": "United Nations", "NATO": "NATO", "OSCE": "OSCE", "": "No country"}
    return names[code] if code in names else Locale("en").territories[code]


def _publisher(publisher: Publisher) -> list[str]:
    family = f", pages of the family `{publisher.family}`" if publisher.family else ""
    parts = [f"### {publisher.name}", "", f"`{publisher.code}`: {publisher.organisation}, language `{publisher.language}`{family}.", ""]
    facts = (("Texts", publisher.licence), ("Walls", publisher.walls), ("Relay", ", ".join(f"`{code}`" for code in publisher.relay)))
    said = [f"- {name}: {fact}" for name, fact in facts if fact]
    parts += [*said, ""] if said else []
    parts += ["| feed | kind | enabled | address |", "|---|---|---|---|"]
    parts += [f"| `{feed.code}` | {feed.kind} | {'yes' if feed.enabled else 'no'} | <{feed.url}> |" for feed in publisher.feeds]
    return [*parts, ""]


def licences() -> str:
    """Every library that an installation has, with the licence that it states, from requirements.lock."""
    names = re.findall(r"^([\w.-]+)==", (REFERENCE.parents[1] / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    parts = ["# Licences", "", _LICENCES, "", "| library | licence |", "|---|---|"]
    parts += [f"| {name} | {_licence(name)} |" for name in dict.fromkeys(names)]
    return "\n".join([*parts, ""])


_LICENCES = (
    "watcher itself is under the Apache License 2.0 (`LICENSE`). It is installed with these libraries, each under the licence that"
    "\nit states; none of their code is in this repository. `make release` writes them with their versions as `sbom.cdx.json`"
    " (CycloneDX)."
)


def _licence(name: str) -> str:
    """As the library's metadata has it: the SPDX expression, else the classifier, else its own words."""
    stated = metadata_of(name).json
    classified = [one.split(" :: ")[-1] for one in stated.get("classifier", []) if one.startswith("License ::")]
    own = str(stated.get("license", "")).partition("\n")[0].strip()
    found = str(stated.get("license_expression", "")) or "; ".join(classified) or own or "not stated"
    return _SPDX.get(found, found)


# What libraries call their licence where they state no SPDX expression.
_SPDX = {
    "Apache 2.0": "Apache-2.0", "Apache License, Version 2.0": "Apache-2.0", "Apache Software License": "Apache-2.0",
    "BSD License": "BSD", "GNU Library or Lesser General Public License (LGPL)": "LGPL", "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0", "Python Software Foundation License": "PSF-2.0",
}


PAGES = {"licences": licences, "commands": commands, "settings": settings, "publishers": publishers, "tables": tables, "errors": outcomes}

if __name__ == "__main__":
    REFERENCE.mkdir(exist_ok=True)
    for name, write in PAGES.items():
        (REFERENCE / f"{name}.md").write_text(write(), encoding="utf-8")
