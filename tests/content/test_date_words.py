"""The months' names in the languages of the publishers."""

from __future__ import annotations

import subprocess
import sys

import pytest

from watcher.content.date_words import month_number

LISTED = {
    "en": "January February March April May June July August Sept October November December",
    "de": "Jänner Feber Maerz April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier févr. mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "it": "gen febbraio marzo aprile mag giugno luglio ago settembre ott novembre dic",
    "nl": "januari februari mrt april mei juni juli augustus september oktober november december",
    "nb": "januar februar marts april maj juni juli august september oktober november des",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "tr": "OCAK ŞUBAT Mart Nisan MAYIS Haziran Temmuz Ağustos EYLÜL Ekim KASIM Aralık",
    "uk": "січня лют березня кві травень чер липня сер вересня жов листопада гру",
    "ru": "января фев марта апреля май июня июля августа сен октября ноя декабря",
    "he": "בינואר פברואר מרס באפריל מאי ביוני יולי אוגוסט ספטמבר באוקטובר נובמבר דצמבר",
    "ar": "يناير شباط آذار نيسان أيار حزيران تموز أغسطس أيلول أكتوبر نوفمبر ديسمبر",
}


@pytest.mark.parametrize("language", LISTED)
def test_every_language_has_twelve_months(language: str) -> None:
    """A missing name would silently turn a date into none."""
    assert [month_number(word, (language,)) for word in LISTED[language].split()] == list(range(1, 13))


def test_a_name_of_two_months_is_one_only_in_its_language() -> None:
    """`listopad` is November in Warsaw and October in Zagreb: of an unknown publisher it is no month."""
    assert [month_number("listopada", languages) for languages in (("pl",), ("hr",), ())] == [11, 10, 0]


@pytest.mark.parametrize("word", ["", "day", "release", "12", "Monday", "تشرين", "marching"])
def test_other_words_are_no_months(word: str) -> None:
    """A name of two words, of which the first is two months', is no month by its first word alone."""
    assert month_number(word) == 0


def test_names_are_loaded_with_the_first_date() -> None:
    """No command that reads no date is to wait for them."""
    program = "import sys, watcher.content.dates, watcher.content.cldr as it; sys.exit(it._table.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", program], check=False)  # noqa: S603 - our own program
    assert done.returncode == 0
