"""Whether a text is in the vocabulary's language."""

from __future__ import annotations

import pytest

from tests.support.detection import ENGLISH
from watcher.detect.text.language import is_readable

OTHERS = [
    "Les forces ont mené plusieurs opérations dans la région et deux soldats ont été blessés par une mine artisanale.",
    "De krijgsmacht heeft deze week operaties uitgevoerd waarbij twee militairen gewond raakten door een bermbom.",
    "Die Streitkräfte haben in dieser Woche Einsätze durchgeführt, bei denen zwei Soldaten verletzt wurden.",
    "Las fuerzas armadas llevaron a cabo varias operaciones y dos soldados resultaron heridos por una mina.",
    "За неделю подразделения провели несколько операций, двое военнослужащих получили ранения.",
    "خلال الأسبوع نفذت القوات عدة عمليات وأصيب جنديان بجروح.",
]


@pytest.mark.parametrize("text", OTHERS, ids=["fr", "nl", "de", "es", "ru", "ar"])
def test_other_languages_are_not_read(text: str) -> None:
    """A text in another language must be unread rather than without claims."""
    assert not is_readable(text, ENGLISH)


@pytest.mark.parametrize(
    "text",
    [
        "The force carried out operations this week and two of its soldiers were wounded by a mine near the road.",
        "TWO SOLDIERS WERE KILLED.",
        "Near Tolba, three strikes destroyed two vehicles, a fighting position, an oil tank and a headquarters.",
        "Airman killed",
        "",
        "12345",
    ],
)
def test_english_is_read(text: str) -> None:
    """Headlines, capitals and lists of things are English too; a short text gets the benefit of the doubt."""
    assert is_readable(text, ENGLISH)
