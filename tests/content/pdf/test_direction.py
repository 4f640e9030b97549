"""Arabic and Hebrew from the order on the page to the order of reading; the order on the page is written by hand."""

from __future__ import annotations

import pytest

from watcher.content.pdf.direction import in_reading_order, is_right_to_left, turned_round

# What stands on the page from left to right, and what is read.
SEEN = {
    "םילייח 12": "12 חיילים",
    "12 וגרהנ": "נהרגו 12",
    "1,204 וגרהנ": "נהרגו 1,204",
    "10-12 םירחא": "אחרים 10-12",
    "12.5% לש": "של 12.5%",
    "(12) וגרהנ": "נהרגו (12)",
    "NATO תסיטמ": "מטיסת NATO",
    "F-16 סוטמ": "מטוס F-16",
    "12/03/2024 םויב": "ביום 12/03/2024",
    "١٢ لتق": "قتل ١٢",
    "12-10 نم": "من 10-12",
    "The word םולש means peace": "The word שלום means peace",
    "In all 12 killed": "In all 12 killed",
}


@pytest.mark.parametrize("seen", SEEN)
def test_line_is_read_in_its_order(seen: str) -> None:
    """A number between turned letters must not be turned round with them."""
    order = in_reading_order(list(seen), is_turned=is_right_to_left(seen))
    read = "".join(turned_round(seen[place]) if is_round else seen[place] for place, is_round in order)
    assert read == SEEN[seen]
