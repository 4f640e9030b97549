"""Whether a value fits our published schema, by the part of JSON Schema (draft 2020-12) that the schema uses."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.support import ROOT

WEBHOOK = json.loads((ROOT / "docs/reference/webhook.schema.json").read_text("utf-8"))
_KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_KNOWN = {
    "$schema", "$defs", "$ref", "title", "description", "type", "required", "properties", "items", "enum", "pattern",
    "minimum", "maximum", "anyOf",
}  # fmt: skip


def misfits(value: Any, schema: dict[str, Any] | None = None, place: str = "$") -> list[str]:
    """What does not fit, one line each. A keyword that this module does not know fails the test."""
    schema = WEBHOOK if schema is None else schema
    assert set(schema) <= _KNOWN, set(schema) - _KNOWN
    found = misfits(value, WEBHOOK["$defs"][schema["$ref"].rpartition("/")[2]], place) if "$ref" in schema else []
    found += _of_any(value, schema, place) + _of_itself(value, schema, place)
    if isinstance(value, dict):
        found += [f"{place}: {name} is missing" for name in schema.get("required", ()) if name not in value]
        for name, part in schema.get("properties", {}).items():
            found += misfits(value[name], part, f"{place}.{name}") if name in value else []
    if isinstance(value, list) and "items" in schema:
        for number, one in enumerate(value):
            found += misfits(one, schema["items"], f"{place}[{number}]")
    return found


def _of_any(value: Any, schema: dict[str, Any], place: str) -> list[str]:
    choices = schema.get("anyOf")
    return [] if not choices or any(not misfits(value, one) for one in choices) else [f"{place}: fits no choice"]


def _of_itself(value: Any, schema: dict[str, Any], place: str) -> list[str]:
    found = []
    names = schema.get("type", [])
    kinds = [kind for name in ([names] if isinstance(names, str) else names) for kind in _KINDS[name]]
    if kinds and type(value) not in kinds:
        found.append(f"{place}: {value!r} is no {names}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{place}: {value!r} is not one of {schema['enum']}")
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        found.append(f"{place}: {value!r} does not fit {schema['pattern']}")
    if isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        found.append(f"{place}: {value} is too small or too large")
    return found
