"""The months' names in the languages of the publishers."""

from __future__ import annotations

import subprocess
import sys

import pytest

from watcher.content.months import month_number

LISTED = {
    "English": "January February March April May June July August Sept October November December",
    "German": "Jänner Feber Maerz April Mai Juni Juli August September Oktober November Dezember",
    "French": "janvier févr. mars avril mai juin juillet août septembre octobre novembre décembre",
    "Spanish": "enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre",
    "Portuguese": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "Italian": "gen febbraio marzo aprile mag giugno luglio ago settembre ott novembre dic",
    "Dutch": "januari februari mrt april mei juni juli augustus september oktober november december",
    "Danish and Norwegian": "januar februar marts april maj juni juli august september oktober november des",
    "Polish": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "Turkish": "OCAK ŞUBAT Mart Nisan MAYIS Haziran Temmuz Ağustos EYLÜL Ekim KASIM Aralık",
    "Ukrainian": "січня лют березня кві травень чер липня сер вересня жов листопада гру",
    "Russian": "января фев марта апреля май июня июля августа сен октября ноя декабря",
    "Hebrew": "בינואר פברואר מרס באפריל מאי ביוני יולי אוגוסט ספטמבר באוקטובר נובמבר דצמבר",
    "Arabic": "يناير شباط آذار نيسان أيار حزيران تموز أغسطس أيلول أكتوبر نوفمبر ديسمبر",
}


@pytest.mark.parametrize("language", LISTED)
def test_every_language_has_twelve_months(language: str) -> None:
    """A missing name would silently turn a date into none."""
    assert [month_number(word) for word in LISTED[language].split()] == list(range(1, 13))


@pytest.mark.parametrize("word", ["", "day", "release", "12", "Monday", "تشرين", "marching"])
def test_other_words_are_no_months(word: str) -> None:
    """A name of two words, of which the first is two months', is no month by its first word alone."""
    assert month_number(word) == 0


def test_names_are_loaded_with_the_first_date() -> None:
    """They take a tenth of a second, which no command that reads no date is to wait for."""
    program = "import sys, watcher.content.dates; sys.exit('babel' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=False)  # noqa: S603 - our own program
    assert done.returncode == 0
