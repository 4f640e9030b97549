"""The language of a text, with the publisher's as a hint."""

# ruff: noqa: E501 - samples stand on the lines on which a server would send them

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.content.language import detect_language

TEXTS = {
    "en": "The ministry said that three soldiers were injured when a truck left the road near the depot on Tuesday.",
    "fr": "Le ministère a annoncé que trois soldats ont été blessés dans un accident de la route près du dépôt.",
    "de": "Das Ministerium teilte mit, dass drei Soldaten bei einem Unfall auf der Straße zum Depot verletzt wurden.",
    "es": "El ministerio informó que tres soldados resultaron heridos en un accidente en la carretera cerca del depósito.",
    "pt": "O ministério informou que três soldados ficaram feridos em um acidente na estrada, que não foi grave, e não há mortos.",
    "it": "Il ministero ha comunicato che tre soldati sono stati feriti in un incidente sulla strada per il deposito della città.",
    "nl": "Het ministerie meldde dat drie soldaten gewond zijn geraakt bij een ongeluk op de weg naar het depot van de stad.",
    "pl": "Ministerstwo podało, że trzech żołnierzy zostało rannych w wypadku na drodze do składu, nie ma ofiar śmiertelnych.",
    "tr": "Bakanlık, depo yolunda meydana gelen bir kazada üç askerin yaralandığını ve bu olay için soruşturma başlatıldığını bildirdi.",
    "uk": "Міністерство повідомило, що троє військових поранено під час аварії на дорозі до складу, загиблих немає.",
    "ru": "Министерство сообщило, что трое военнослужащих ранены в аварии на дороге к складу, погибших нет.",
    "ar": "أعلنت الوزارة إصابة ثلاثة جنود في حادث على الطريق المؤدي إلى المستودع ولم يسجل سقوط قتلى.",
    "fa": "وزارت اعلام کرد که سه سرباز در حادثه‌ای در جاده نزدیک انبار زخمی شدند و کسی کشته نشده است.",
    "he": "המשרד הודיע כי שלושה חיילים נפצעו בתאונה בדרך למחסן ואין הרוגים.",
    "ja": "防衛省は、倉庫付近の道路で起きた事故で隊員3名が負傷したと発表した。",
    "zh": "国防部表示，三名士兵在仓库附近的道路事故中受伤，没有人死亡。",
    "ko": "국방부는 창고 근처 도로에서 발생한 사고로 병사 세 명이 부상했다고 밝혔다.",
    "hi": "मंत्रालय ने कहा कि डिपो के पास सड़क दुर्घटना में तीन सैनिक घायल हो गए।",
}


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("hint", ["", "en", "ru"])
def test_a_sentence_is_enough(language: str, hint: str) -> None:
    """Whatever the publisher's language is said to be."""
    assert detect_language(TEXTS[language], hint) == language


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [("", "uk-UA", "uk"), ("Stand 2024", "de_DE", "de"), ("12 345", "", ""), ("Загинули 3", "uk", "uk")],
)
def test_too_little_text_takes_the_publishers_word(text: str, hint: str, language: str) -> None:
    """A title of two words proves nothing."""
    assert detect_language(text, hint) == language


def test_near_relatives_go_by_the_publisher() -> None:
    """Danish and Norwegian share their small words."""
    text = "Forsvaret melder at tre soldater er blevet hårdt såret i en ulykke på vej til depotet, og det er ikke kjent om flere er skadet."
    assert detect_language(text, "da") == "da"
    assert detect_language(text, "no") == "no"


def test_a_foreign_word_in_a_page_changes_nothing() -> None:
    """English pages of Ukrainian offices hold Ukrainian words."""
    assert detect_language(f"{TEXTS['en']} осіб", "uk") == "en"


@given(st.text(max_size=300), st.text(max_size=8))
def test_no_text_makes_it_fail(text: str, hint: str) -> None:
    """Any text has a language or none."""
    assert isinstance(detect_language(text, hint), str)
