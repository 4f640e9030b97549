"""Claims in the making."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, replace
from typing import Any

from watcher.detect.annotations import OpenClaim
from watcher.model.claim import Claim


def _shape(one: Field[Any]) -> tuple[str, object]:
    return one.name, one.default if one.default is not MISSING else None


def test_an_open_claim_has_the_fields_of_a_claim() -> None:
    """It is closed by position: a field that one of them lacks or has elsewhere would end up in another's place."""
    assert [_shape(one) for one in fields(OpenClaim)] == [_shape(one) for one in fields(Claim)]


def test_closing_keeps_what_was_set() -> None:
    """What later steps change arrives in the claim, and later changes do not reach a claim that is closed."""
    one = OpenClaim("killed", 2, None, "civilian", "asserted", 4, 9, "Two sailors died.")
    one.place_raw, one.rules = "Amara", ("died",)
    closed = one.closed()
    one.stance = "denied"
    plain = Claim("killed", 2, None, "civilian", "asserted", 4, 9, "Two sailors died.")
    assert closed == replace(plain, place_raw="Amara", rules=("died",))
