"""The hash chain: no link can be changed, moved, put in or left out."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.archive.chain import GENESIS, Anchor, ChainLink, Head, check_anchors, check_link, next_link


def made_links(said: list[tuple[str, int, str]]) -> list[ChainLink]:
    before, found = Head(0, GENESIS), []
    for kind, row_id, url in said:
        found.append(next_link(before, kind, row_id, 1, url, "a" * 64, "2026-11-24T00:00:00.000Z"))
        before = Head(found[-1].seq, found[-1].hash)
    return found


def wrong(links: list[ChainLink]) -> bool:
    before, findings = Head(0, GENESIS), []
    for link in links:
        findings += list(check_link(before, link))
        before = Head(link.seq, link.hash)
    return bool(findings)


SAID = st.lists(
    st.tuples(st.sampled_from(["capture", "revision"]), st.integers(1, 2**60), st.text()), min_size=3, max_size=8
)


@settings(deadline=None)
@given(SAID, st.data())
def test_no_two_links_can_change_places_and_none_be_left_out(
    said: list[tuple[str, int, str]], data: st.DataObject
) -> None:
    """(check 75) Any chain is whole as it was made, and not in any other order, nor with one left out of its middle."""
    links = made_links(said)
    assert not wrong(links)
    assert (
        list(check_anchors([Anchor(2, links[1].hash, "t", "p")], Head(len(links), links[-1].hash), {2: links[1].hash}))
        == []
    )
    one, other = data.draw(st.lists(st.integers(0, len(links) - 1), min_size=2, max_size=2, unique=True))
    swapped = list(links)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert wrong(swapped)
    gone = data.draw(st.integers(0, len(links) - 2))
    assert wrong(links[:gone] + links[gone + 1 :])
