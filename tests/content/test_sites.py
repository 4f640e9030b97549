"""The general extraction on pages of many kinds of sites: every line of the release, nothing of what is beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.support.sites import FILES, LINES, NOISE, TITLE, filled
from watcher.content.page import extract_page

if TYPE_CHECKING:
    from pathlib import Path

FETCHED_AT = datetime(2024, 6, 1, tzinfo=UTC)
URL = "https://www.example.org/2024/news/convoy"
# Lines that some structures set at the head of the text, and that belong to the release.
ALLOWED = ("Posted", "by Press Office", "12.03.2024", "KARSA, ", "What ")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_release_and_only_the_release(file: Path) -> None:
    """A teaser of another release in the text would be a claim that nobody made here; a lost line, a claim lost."""
    page = extract_page(filled(file).encode(), url=URL, fetched_at=FETCHED_AT)
    lines = page.text.split("\n")
    assert [line for line in lines if line in LINES] == list(LINES)
    assert not [line for line in lines if line not in LINES and not line.startswith(ALLOWED)]
    assert NOISE not in page.text
    assert page.title == TITLE
    assert page.published is not None
    assert page.published.at == datetime(2024, 3, 12, 16, 30, tzinfo=UTC)


UKRAINIAN = (
    "Троє військових загинули, одинадцятеро поранені у вівторок увечері, коли їхню колону підірвали на дорозі.",
    "Поранених доправили до військового госпіталю у столиці. Двоє з них у критичному стані, сказав його директор.",
    "Це другий напад за місяць. 3 березня за 1 250 метрів від того ж мосту обстріляли патруль із дев'яти осіб.",
    "Командир бригади говорив із журналістами після того, як відвідав родини загиблих:",
    "«Вони везли воду до села, яке кілька днів було відрізане від світу. Вони ні з ким не воювали.»",
    "Розпочато розслідування. Дорогу закрито для всього транспорту, подорожніх просять їхати північним шляхом.",
)
CHINESE = (
    "总参谋部说，周二晚上，一支车队在前往边境口岸的路上遭到炸弹袭击，造成三名士兵死亡，十一人受伤。",
    "伤者被空运到首都的军队医院。院长说，其中两人情况危急，其余的人已经脱离危险。",
    "这是一个月内该路段发生的第二次袭击。3月3日，在距离同一座桥1250米处，一支九人巡逻队遭到射击。",
    "旅长在探望死者家属之后对记者说：",
    "“他们是去给一个被隔绝多日的村庄送水的。他们没有和任何人打仗。”",
    "调查已经展开。道路已对所有车辆关闭，直至另行通知，请旅客改走北线。",
)


@pytest.mark.parametrize("lines", [UKRAINIAN, CHINESE], ids=["Ukrainian", "Chinese"])
@pytest.mark.parametrize("name", ["drupal", "govuk", "nested-divs", "sharepoint", "styled-components", "wordpress"])
def test_no_script_is_read_worse_than_another(name: str, lines: tuple[str, ...]) -> None:
    """Words are counted where there are spaces, signs where there are none."""
    file = next(file for file in FILES if file.stem == name)
    page = extract_page(filled(file, lines).encode(), url=URL, fetched_at=FETCHED_AT)
    assert [line for line in page.text.split("\n") if line in lines] == list(lines)
    assert NOISE not in page.text


def test_there_is_a_page_of_every_common_software() -> None:
    """The set itself is part of the promise: fewer would prove less."""
    assert len(FILES) >= 25
