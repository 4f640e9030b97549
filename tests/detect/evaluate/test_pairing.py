"""Claims are paired with labels one to one, the most alike first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tests.support.evaluation import INJURED, KILLED, found_claim, kinds_of, labelled_text, scored
from watcher.detect.evaluate.score import Agreement, Counts

if TYPE_CHECKING:
    from watcher.model.claim import Claim


def test_another_harm_is_another_claim() -> None:
    """Killed never answers for injured, whatever the count."""
    assert kinds_of(scored(labelled_text(), found_claim(harm="injured"))) == ["missed", "false"]


def test_optional_claim_may_be_absent_or_present() -> None:
    """An optional label asks for nothing and excuses what agrees with it."""
    record = labelled_text(claims=[KILLED, INJURED | {"optional": True}])
    also = found_claim(harm="injured", count_min=5, count_max=5)
    assert (
        scored(record, found_claim()).overall.claims
        == scored(record, found_claim(), also).overall.claims
        == Counts(1, 0, 0)
    )


def test_optional_claim_excuses_no_other_stance() -> None:
    """Hypothetical harm told as fact must still cost."""
    record = labelled_text(doc_label=False, claims=[KILLED | {"stance": "hypothetical", "optional": True}])
    assert scored(record, found_claim()).overall.claims == Counts(0, 1, 0)


def test_pairs_are_one_to_one() -> None:
    """One claim must not answer for two labels of the same count."""
    text = "A bomb killed two guards. A mine killed two guards."
    labels = [KILLED | {"words": "A bomb killed"}, KILLED | {"words": "A mine killed"}]
    found = scored(labelled_text(text=text, claims=labels), found_claim(start=26, end=49))
    assert found.overall.claims == Counts(1, 0, 1)
    assert found.disagreements[-1].part.startswith("A bomb killed")


def test_words_decide_between_claims_of_one_count() -> None:
    """The claim that touches the label's words is the one that is meant."""
    text = "A bomb killed two guards. A mine killed two boys."
    labels = [KILLED | {"words": "two guards"}, KILLED | {"words": "two boys", "victim": "civilian"}]
    found = scored(
        labelled_text(text=text, claims=labels),
        found_claim(start=26, end=48, victim="civilian"),
        found_claim(start=0, end=24),
    )
    assert found.overall.claims == Counts(2, 0, 0)
    assert found.overall.offsets == Agreement(2, 2)


COUNTS = st.integers(min_value=0, max_value=5)
CLAIMS = st.builds(
    found_claim,
    harm=st.sampled_from(["killed", "injured", "missing"]),
    count_min=COUNTS,
    stance=st.sampled_from(["asserted", "denied"]),
    count_max=st.none(),
)


@given(st.lists(CLAIMS, max_size=6), st.lists(CLAIMS, max_size=6))
def test_every_label_and_every_claim_is_counted_once(labelled: list[Claim], found: list[Claim]) -> None:
    """Whatever is compared: right + missed are the labels, right + false the claims."""
    keys = ("harm", "count_min", "count_max", "stance")
    record = labelled_text(claims=[{key: getattr(one, key) for key in keys} for one in labelled], doc_label=None)
    counts = scored(record, *found).overall.claims
    assert counts.right + counts.missed == len(labelled)
    assert counts.right + counts.false == len(found)


@given(st.lists(CLAIMS, max_size=6))
def test_the_same_on_both_sides_is_perfect(claims: list[Claim]) -> None:
    """Pairing must find the agreement where there is one, in any order."""
    keys = ("harm", "count_min", "count_max", "stance")
    record = labelled_text(claims=[{key: getattr(one, key) for key in keys} for one in claims], doc_label=None)
    assert scored(record, *reversed(claims)).overall.claims == Counts(len(claims), 0, 0)
