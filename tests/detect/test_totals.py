"""Adding up: what enters a total, within which bounds, and what the documents of a release add to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.detection import found
from watcher.detect.totals import add_documents, totals, totals_by
from watcher.model.claim import Claim, Detection, DocumentPage, Harm, Stance


def claim(low: int | None, high: int | None, *, stance: Stance = "asserted", harm: Harm = "killed", part_of: int | None = None, is_background: bool = False) -> Claim:  # fmt: skip  # noqa: E501 (one line reads as a table)
    """A claim of which only what totals look at is set."""
    return Claim(harm, low, high, "civilian", stance, 0, 1, "", part_of=part_of, is_background=is_background)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([claim(2, 2), claim(3, 3)], (5, 5)),
        ([claim(2, 2), claim(3, None)], (5, None)),
        ([claim(None, 9)], (None, 9)),
        ([claim(2, 2), claim(None, 9)], (2, 11)),
        ([claim(None, None)], (None, None)),
        ([claim(8, 8), claim(3, 3, part_of=0)], (8, 8)),
        ([claim(2, 2), claim(40, 40, is_background=True)], (2, 2)),
        ([claim(2, 2), claim(7, 7, stance="denied")], (2, 2)),
        ([claim(2, 2), claim(7, 7, stance="hypothetical")], (2, 2)),
        ([claim(2, 2), claim(7, 7, stance="under_review")], (2, 2)),
        ([claim(2, 2, stance="assessed"), claim(7, 7, stance="alleged")], (2, 2)),
        ([claim(7, 7, stance="alleged")], (7, 7)),
    ],
)
def test_what_enters_a_total(claims: list[Claim], expected: tuple[int | None, int | None]) -> None:
    """Each rule of what enters a total, alone."""
    assert totals(claims, {})["killed"] == expected


def test_nothing_reported_gives_no_total() -> None:
    """A denial is no total of nobody: the harm is simply absent."""
    assert totals([claim(0, 0, stance="denied")], {}) == {}


def test_parts_can_make_a_vague_total_larger() -> None:
    """Several, of which five and four are told: nine at least."""
    assert totals([claim(3, None)], {0: 9}) == {"killed": (9, None)}


def test_each_harm_and_stance_has_its_row() -> None:
    """The rows that the headline of an alert is made of."""
    rows = totals_by([claim(2, 2), claim(4, 4, harm="injured"), claim(7, 7, stance="denied")], {})
    assert {(row.harm, row.stance, row.count_min) for row in rows} == {
        ("killed", "asserted", 2),
        ("injured", "asserted", 4),
        ("killed", "denied", 7),
    }


MERGED = [
    ("Two soldiers were killed at the gate. Three more were killed on the road.", (5, 5)),
    ("Two rebels were killed. Three rebels were killed. A total of five rebels were killed.", (5, 5)),
    ("A leader and one other rebel were killed. Both were killed at dawn.", (2, 2)),
    ("Six soldiers were killed. The soldiers were killed by a mine.", (6, 6)),
    ("Leader killed in raid\n\nTwo rebels were killed in a raid near Harun on Monday.", (2, 2)),
    ("Two soldiers and four rebels were killed.", (6, 6)),
    ("A policeman died overnight, bringing the number of dead to four.", (4, 4)),
    ("A bomb killed four shoppers. The four shoppers were buried after the bomb killed them.", (4, 4)),
]


@pytest.mark.parametrize(("text", "expected"), MERGED, ids=[text[:40] for text, _ in MERGED])
def test_merging(text: str, expected: tuple[int, int]) -> None:
    """The same people told again are not more people; other people are."""
    assert found(text).totals["killed"] == expected


def test_entries_of_a_list_stay_claims_beside_their_total() -> None:
    """Each incident of a list has its own place and date, though the summary has its number too."""
    text = (
        "Two reports were found credible, in which two farmers were killed and four were injured.\n"
        "1. On July 4, near Dorva, two farmers were killed.\n2. On July 9, near Tharsk, four farmers were injured.\n"
    )
    claims = found(text).claims
    assert [(claim.harm, claim.count_min, claim.part_of) for claim in claims] == [
        ("killed", 2, None),
        ("injured", 4, None),
        ("killed", 2, 0),
        ("injured", 4, 1),
    ]
    assert [claim.place_raw for claim in claims[2:]] == ["Dorva", "Tharsk"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Several other rebels were killed in the raid. The commander was killed in the raid.", (4, None)),
        ("Several rebels were killed in the raid. The commander was killed in the raid.", (3, None)),
        ("Numerous Rebels Killed\nThe fight led to the deaths of 12 rebels and the seizure of weapons.", (12, None)),
        ("Three rebels were killed. The agency said that seven villagers had died in earlier strikes.", (3, 3)),
        ("Three members of a family killed in a raid on the village.", (3, 3)),
        ("Nine to ten suspected rebels chased and killed near the border.", (9, 10)),
    ],
)
def test_who_is_added(text: str, expected: tuple[int | None, int | None]) -> None:
    """Others are set apart from one spoken of later; actions, older events and families add nobody."""
    assert found(text).totals["killed"] == expected


def test_listed_incidents_are_claims_of_their_own() -> None:
    """A numbered incident that repeats the summary's number keeps its place and date and adds nobody."""
    text = (
        "In all, two villagers were likely killed and four were likely injured.\n\n"
        "1. On July 4, 2026, near Arle, two villagers were likely killed.\n\n"
        "2. On July 9, 2026, near Borun, four villagers were likely injured."
    )
    detection = found(text)
    listed = [(one.harm, one.count_min, one.place, one.date_raw, one.part_of) for one in detection.claims[2:]]
    assert listed == [("killed", 2, "Arle", "July 4, 2026", 0), ("injured", 4, "Borun", "July 9, 2026", 1)]
    assert dict(detection.totals) == {"killed": (2, 2), "injured": (4, 4)}


InAll = list[tuple[str, str, int | None, int | None]]


def in_all(*texts: str) -> InAll:
    """What a text and its documents say in all."""
    own, *documents = map(found, texts)
    said = add_documents(own, documents).totals_by
    return [(total.harm, total.victim, total.count_min, total.count_max) for total in said]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("The report is out.", "Two civilians were killed."), [("killed", "civilian", 2, 2)]),
        (("Two civilians were killed.", "The report has 40 pages."), [("killed", "civilian", 2, 2)]),
        (("Two civilians were killed.", "Two civilians were killed."), [("killed", "civilian", 2, 2)]),
        (
            (
                "Two civilians were killed.",
                "Two civilians were killed. Two civilians were killed.",
                "Two civilians died.",
            ),
            [("killed", "civilian", 2, 2)],
        ),
        (
            ("Two civilians were killed.", "Two civilians were killed and four were injured."),
            [("injured", "civilian", 4, 4), ("killed", "civilian", 2, 2)],
        ),
        (
            ("Two civilians were killed.", "Three soldiers were killed."),
            [("killed", "civilian", 2, 2), ("killed", "military", 3, 3)],
        ),
        (("Two civilians were killed.", "Eight civilians were killed."), [("killed", "civilian", 8, 8)]),
        (("At least two civilians were killed.", "Two civilians were killed."), [("killed", "civilian", 2, 2)]),
        (("Two civilians were killed.", "More than ten civilians were killed."), [("killed", "civilian", 11, None)]),
        (("Several civilians were killed.", "Seven civilians were killed."), [("killed", "civilian", 7, 7)]),
        (
            ("Five people were killed.", "Two civilians were killed."),
            [("killed", "civilian", 2, 2), ("killed", "unknown", 3, 3)],
        ),
        (("Two people were killed.", "Two civilians were killed."), [("killed", "civilian", 2, 2)]),
        (("Two civilians were killed.", "Two people were killed."), [("killed", "civilian", 2, 2)]),
        (
            ("Two civilians were killed.", "Five people were killed."),
            [("killed", "civilian", 2, 2), ("killed", "unknown", 3, 3)],
        ),
        (
            ("On March 3, 2024, two civilians were killed.", "On March 9, 2024, two civilians were killed."),
            [("killed", "civilian", 4, 4)],
        ),
        (
            ("Two civilians were killed near Raqqa.", "Five civilians were killed near Mosul."),
            [("killed", "civilian", 7, 7)],
        ),
        (
            ("Two civilians were killed near Raqqa.", "Two civilians were killed near Hamra."),
            [("killed", "civilian", 2, 2)],
        ),
    ],
)
def test_totals_of_a_text_with_its_documents(texts: tuple[str, ...], expected: InAll) -> None:
    """Neither twice nor left out: the larger of two accounts, and what is plainly of another day or place."""
    assert in_all(*texts) == expected


def test_listed_parts_are_not_added_to_the_sum_of_the_text() -> None:
    """A press release gives the sum, its annex the incidents."""
    annex = "1. On March 3, three civilians were killed.\n2. On March 4, nine civilians were killed."
    assert in_all("Twelve civilians were killed in March.", annex) == [("killed", "civilian", 12, 12)]


def test_every_claim_stays_with_its_place() -> None:
    """What repeats the text is a part of its claim, and points to document and page all the same."""
    page = DocumentPage("https://a.example/r.pdf", "Report", 3, "Two civilians were killed. No one was injured.")
    other = found(page.text)
    other = Detection(
        other.claims, other.totals, other.totals_by, version=other.version, documents=(page,) * len(other.claims)
    )
    both = add_documents(found("Two civilians were killed."), [other])
    assert [both.document_of(number) for number in range(3)] == [None, page, page]
    assert [claim.part_of for claim in both.claims] == [None, 0, None]
    assert both.totals == {"killed": (2, 2)} | (
        {"injured": other.totals["injured"]} if "injured" in other.totals else {}
    )


def test_an_alleged_document_adds_nothing_to_what_is_certain() -> None:
    """A document that confirms what the text only reports decides."""
    own = found("Residents claim that five civilians were killed.")
    assert add_documents(own, []).totals == own.totals
    both = add_documents(own, [found("The inquiry found that two civilians were killed.")])
    assert both.totals["killed"][0] == 2
    assert both.is_reported


def test_version_names_every_vocabulary() -> None:
    """A new word in either language must make another set of claims."""
    other = Detection((), version="2+bbbb")
    assert add_documents(Detection((), version="2+aaaa"), [other, other]).version == "2+aaaa+bbbb"
    assert add_documents(Detection((), version="2"), [other]).version == "2+bbbb"
    assert add_documents(Detection((), version="2+aaaa"), [Detection((), version="2")]).version == "2+aaaa"


SENTENCES = st.lists(
    st.builds(
        "{} {} were {}.".format,
        st.sampled_from(["Two", "At least three", "Several", "No", "Up to nine", "Dozens of"]),
        st.sampled_from(["civilians", "soldiers", "people", "insurgents"]),
        st.sampled_from(["killed", "injured", "missing"]),
    ),
    min_size=1,
    max_size=4,
).map(" ".join)


@given(SENTENCES, SENTENCES)
def test_no_total_falls_below_either_text(own: str, other: str) -> None:
    """Whatever both say, a document can only add; and the same text twice says what it says once."""
    one, two = found(own), found(other)
    both = add_documents(one, [two])
    for harm in {*one.totals, *two.totals}:
        lows = [detection.totals[harm][0] or 0 for detection in (one, two) if harm in detection.totals]
        assert (both.totals[harm][0] or 0) >= max(lows)
    assert add_documents(one, [one]).totals_by == one.totals_by
    assert len(both.claims) == len(one.claims) + len(two.claims)
