"""Pages that stand in for a release: maintenance, log-in, consent, an error, a redirect that a browser would follow.

Known by their form: few words, none of them the release's, beside a form, a password or a refresh; and where there is
none of these, by what such notices say in the languages of the publishers. The feed's words stand, the page is owed.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from watcher.content.urls import web_address

if TYPE_CHECKING:
    from watcher.model.release import PageText


# Characters beyond which a text is no notice; and within which a form, a refresh or another text is enough.
_LONGEST, _SHORT = 600, 300
# Characters of the feed's text from which on a page without any of its words is another; the share that counts as none.
_TOLD, _SHARED = 120, 0.15
_HEAD = 200_000
_LONGEST_DELAY = 10  # seconds; a page that reloads itself waits longer
_KINDS = {
    "maintenance": (
        r"(?:under|undergoing|scheduled|for|planned) maintenance|temporarily (?:unavailable|down|offline|closed)|"
        r"(?:be|are) back (?:soon|shortly)|service (?:is )?(?:temporarily )?unavailable|wartungsarbeiten|"
        r"wegen wartung|"
        r"en (?:cours de )?maintenance|temporairement indisponible|en mantenimiento|em manutenção|in manutenzione|"
        r"технічн\w+ (?:робот|обслуг)|техническ\w+ (?:работ|обслуж)|тимчасово недоступн|временно недоступ|"
        r"bakım (?:çalışma|nedeniyle|modu)|przerw\w+ techniczn|prac\w+ (?:konserwac|techniczn)|تحت الصيانة|צ?בתחזוקה|"
        r"メンテナンス中|系统维护|維護中|维护中|점검 ?중|karbantartás|údržb\w+|pod održavanjem|υπό συντήρηση"
    ),
    "log-in": (
        r"(?:please|you (?:must|need to|have to)) (?:be )?(?:log(?:ged)?|sign(?:ed)?)[ -]?in|"
        r"log ?in (?:to continue|required)|"
        r"bitte (?:melden sie sich an|einloggen)|veuillez vous connecter|inicie sesión|"
        r"iniciar sesión para|faça login|"
        r"увійдіть|авторизуйтесь|войдите в|zaloguj się|giriş yap(?:ın|malısınız)|يرجى تسجيل الدخول|נא להתחבר|"
        r"ログインしてください|请(?:先)?登录|로그인이 필요|session (?:has )?(?:expired|timed out)"
    ),
    "consent": (
        r"(?:accept|agree to) (?:all |our |the )?(?:cookies|terms)|we use cookies|we value your privacy|"
        r"cookie[- ]consent|"
        r"alle cookies akzeptieren|wir verwenden cookies|nous utilisons des cookies|accepte[rz] les cookies|"
        r"utilizamos cookies|aceptar (?:todas )?(?:las )?cookies|utilizziamo i cookie|"
        r"використову\w+ (?:файли )?cookie|"
        r"использу\w+ (?:файлы )?cookie|używamy plików cookie|çerez(?:leri)? kabul"
    ),
    "redirect": (
        r"if you are not (?:automatically )?redirected|(?:you are being|will be) redirected|^redirecting\b|"
        r"(?:automatisch )?weitergeleitet|vous allez être redirigé|redirection en cours|será redirigido|"
        r"sarai reindirizzato|(?:буде|будет|відбудеться|происходит) \w*(?:перенаправ|переадрес)|"
        r"якщо (?:вас )?не перенаправ|"
        r"если (?:вас )?не перенаправ|przekierowa\w+|yönlendiril|リダイレクト|正在跳转|页面跳转|잠시 후 이동"
    ),
    "error": (
        r"runtime error|application error|(?:internal )?server error|"
        r"an? (?:unexpected |unknown )?error (?:has )?occurred|"
        r"something went wrong|request (?:was |has been |is )?(?:rejected|invalid)|bad gateway|gateway time-?out|"
        r"error establishing a database connection|fehler (?:ist )?aufgetreten|"
        r"une erreur (?:est survenue|s.est produite)|"
        r"se ha producido un error|ocorreu um erro|si è verificato un errore|сталася помилка|виникла помилка|"
        r"произошла ошибка|wystąpił błąd|bir hata oluştu|حدث خطأ|אירעה שגיאה|エラーが発生|发生(?:了)?错误|오류가 발생"
    ),
}
_SAYINGS = {kind: re.compile(words, re.IGNORECASE) for kind, words in _KINDS.items()}
_PASSWORD = re.compile(rb"<input\b[^<>]{0,500}?type\s*=\s*[\"']?password", re.IGNORECASE)
_FORM = re.compile(rb"<form\b|<button\b", re.IGNORECASE)
_META = re.compile(r"<meta\b[^<>]{0,2000}>", re.IGNORECASE)
_IS_REFRESH = re.compile(r"http-equiv\s*=\s*[\"']?refresh\b", re.IGNORECASE)
_CONTENT = re.compile(r"\bcontent\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_MOST_METAS = 200
_TARGET = re.compile(r"\s*(?P<delay>\d{1,5})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?(?P<url>[^\"']+)", re.IGNORECASE)
_WORD = re.compile(r"\w{4,}")


def notice_in(body: bytes, page: PageText, *, title: str = "", known: str = "") -> str | None:
    """What kind of notice a page is, None where it is the release or may well be.

    `title` is the release's and `known` its text as far as the feed says it. Where neither is known, only what the
    page says counts.
    """
    text = page.text
    if len(text) > _LONGEST or speaks_of(f"{page.title} {text}", title) or speaks_of(text, known):
        return None
    kind = next((kind for kind, words in _SAYINGS.items() if words.search(text) or words.search(page.title)), None)
    if kind is not None or len(text) > _SHORT or not (title or known):
        return kind
    head = body[:_HEAD]
    if _PASSWORD.search(head):
        return "log-in"
    if refresh_target(body, ""):
        return "redirect"
    if _FORM.search(head) or len(known) >= _TOLD:
        return "other words"
    return None


def speaks_of(text: str, release: str) -> bool:
    """Whether a text shares some of the longer words of what is known of a release."""
    wanted, found = set(_WORD.findall(release.casefold())), set(_WORD.findall(text.casefold()))
    return bool(wanted) and len(wanted & found) > _SHARED * min(len(wanted), max(len(found), 1))


def refresh_target(body: bytes, url: str) -> str | None:
    """Where a page sends a browser at once (`<meta http-equiv="refresh">`); None where it stays, or reloads itself."""
    if b"refresh" not in body[:_HEAD].lower():
        return None
    metas = (tag[0] for tag in islice(_META.finditer(body[:_HEAD].decode("latin-1")), _MOST_METAS))
    stated = next((found for tag in metas if _IS_REFRESH.search(tag) and (found := _CONTENT.search(tag))), None)
    found = _TARGET.match(stated[1] or stated[2] or "") if stated else None
    if found is None or int(found["delay"]) > _LONGEST_DELAY:
        return None
    if not url:
        return found["url"]
    target = web_address(urljoin(url, found["url"].strip()), url)
    return target if target != url else None
