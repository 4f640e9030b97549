"""Who says it: the person quoted, who is neither a victim nor the publisher itself."""

from __future__ import annotations

import pytest

from tests.support.detection import only


@pytest.mark.parametrize(
    "text",
    [
        "A soldier was killed, Col. Orla Finn said.",
        "Col. Orla Finn said a soldier was killed.",
        "A soldier was killed, said Col. Orla Finn.",
    ],
)
def test_who_speaks_is_not_the_victim(text: str) -> None:
    """The quoted officer lives; she is the speaker."""
    claim = only(text)
    assert claim.people == ()
    assert "Orla Finn" in claim.speaker


def test_the_publisher_is_no_speaker() -> None:
    """A ministry that speaks for itself is not quoted."""
    assert only("The ministry said that two soldiers were wounded.").speaker == ""
