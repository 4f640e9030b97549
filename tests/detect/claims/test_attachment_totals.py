"""What the documents of a release add to its totals: neither twice nor left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.detection import found
from watcher.detect.claims.attachment_totals import add_documents, add_languages
from watcher.model.claim import Detection, DocumentPage, Mention

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
    """What repeats the text is one more place of its claim; what only the document says points to document and page."""
    page = DocumentPage("https://a.example/r.pdf", "Report", 3, "Two civilians were killed. No one was injured.")
    other = found(page.text)
    other = Detection(
        other.claims, other.totals, other.totals_by, version=other.version, documents=(page,) * len(other.claims)
    )
    both = add_documents(found("Two civilians were killed."), [other])
    assert [both.document_of(number) for number in range(2)] == [None, page]
    assert both.claims[0].also == (Mention("document", 0, 25, 0, page.url, 3),)
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
    places = len(both.claims) + sum(len(claim.also) for claim in both.claims)
    assert places == sum(len(claim.also) + 1 for claim in (*one.claims, *two.claims))


def test_a_fact_told_in_two_languages_is_one_with_two_places() -> None:
    """A translation on the same page must not double the dead; what only it says is kept."""
    first = "Two civilians were killed."
    other = " " * len(first) + "\nTwo civilians were killed. Five soldiers were wounded."
    both = add_languages([found(first), found(other)])
    start = len(first) + 1
    assert [(one.harm, one.count_min) for one in both.claims] == [("killed", 2), ("injured", 5)]
    assert both.claims[0].also == (Mention("text", start, start + 25),)
    assert both.totals == {"killed": (2, 2), "injured": (5, 5)}
    assert both.documents == ()
