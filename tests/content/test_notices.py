"""Pages that stand in for a release are known by their form and, where they have none, by what they say."""

from __future__ import annotations

import pytest

from watcher.content.notices import notice_in, refresh_target
from watcher.model.release import PageText

TITLE = "Two soldiers killed near Karsa"
TEXT = "Two soldiers were killed when their vehicle struck a mine near Karsa, the ministry said in a statement."


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Wegen Wartungsarbeiten ist die Seite nicht erreichbar", "maintenance"),
        ("La página está en mantenimiento", "maintenance"),
        ("الموقع تحت الصيانة", "maintenance"),
        ("メンテナンス中です", "maintenance"),
        ("Bitte melden Sie sich an", "log-in"),
        ("Войдите в личный кабинет", "log-in"),
        ("Your session has expired", "log-in"),
        ("Nous utilisons des cookies", "consent"),
        ("Vous allez être redirigé", "redirect"),
        ("Wystąpił błąd", "error"),
        ("Error establishing a database connection", "error"),
    ],
)
def test_notices_are_known_in_the_languages_of_the_publishers(words: str, kind: str) -> None:
    """The feed's words stand for the page, which is fetched again."""
    assert notice_in(b"", PageText(title="", text=words), title=TITLE, known=TEXT) == kind


def test_what_shares_its_words_with_the_release_is_the_release() -> None:
    """A short page, and one that speaks of errors or maintenance itself, must not be lost."""
    for words in (TITLE, "The mine near Karsa: an error occurred in the vehicle of the soldiers"):
        assert notice_in(b"<form>", PageText(title="", text=words), title=TITLE, known=TEXT) is None
    assert notice_in(b"<form>", PageText(title="", text="Welcome to all who come here"), title="", known="") is None


@pytest.mark.parametrize(
    ("markup", "target"),
    [
        ('<meta http-equiv="refresh" content="0; url=/new">', "https://army.example/new"),
        ("<META HTTP-EQUIV='Refresh' CONTENT='3;URL=https://other.example/a'>", "https://other.example/a"),
        ("<meta content=\"0;url='/new'\" http-equiv=refresh>", "https://army.example/new"),
        ('<meta http-equiv="refresh" content="0; url=/old">', None),
        ('<meta http-equiv="refresh" content="300; url=/new">', None),
        ('<meta http-equiv="refresh" content="30">', None),
        ('<meta http-equiv="refresh" content="0; url=javascript:alert(1)">', None),
        ("<p>refresh</p>", None),
    ],
)
def test_a_refresh_leads_on_and_a_reload_does_not(markup: str, target: str | None) -> None:
    """Only what a browser does at once, and only to another address of the web."""
    assert refresh_target(markup.encode(), "https://army.example/old") == target
