"""The words before a date that say whose it is: the publication's, the last change's, an event's, or "as of".

In the languages of the publishers; a label counts only at the beginning of a word, and for the words up to the next.
"""

from __future__ import annotations

import re
from itertools import filterfalse
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

DateKind: TypeAlias = Literal["", "published", "updated", "event", "as_of"]
_UPDATED = (
    "last updated", "updated", "last modified", "modified", "date modified", "edited", "last edited", "revised",
    "last reviewed", "reviewed", "changed", "zuletzt aktualisiert", "aktualisiert", "zuletzt geändert", "geändert",
    "mis à jour", "mise à jour", "dernière mise à jour", "modifié", "modifiée", "actualizado", "actualizada",
    "última actualización", "modificado", "atualizado", "última atualização", "aggiornato", "ultimo aggiornamento",
    "bijgewerkt", "laatst gewijzigd", "oppdatert", "sist endret", "opdateret", "uppdaterad", "senast uppdaterad",
    "päivitetty", "zaktualizowano", "ostatnia aktualizacja", "aktualizacja", "aktualizováno", "ažurirano",
    "frissítve",
    "actualizat", "обновлено", "дата обновления", "изменено", "оновлено", "дата оновлення", "змінено",
    "актуализирано",
    "güncelleme", "güncellendi", "son güncelleme", "ενημερώθηκε", "τελευταία ενημέρωση", "עודכן", "תאריך עדכון",
    "آخر تحديث", "تحديث", "تم التحديث", "به روز رسانی", "最終更新日", "最終更新", "更新日", "最后更新", "更新时间",
    "更新時間",
    "更新", "최종수정", "수정", "cập nhật", "diperbarui", "แก้ไขล่าสุด", "ปรับปรุง",
)  # fmt: skip
_PUBLISHED = (
    "published", "first published", "posted", "date posted", "posted on", "released", "release date",
    "date of release",
    "date released", "issued", "date issued", "publication date", "date of publication", "publish date",
    "einstellzeit",
    "veröffentlicht", "erschienen", "erscheinungsdatum", "publié", "publiée", "mis en ligne", "date de publication",
    "publicado", "publicada", "fecha de publicación", "data de publicação", "pubblicato", "data di pubblicazione",
    "gepubliceerd", "publicatiedatum", "publisert", "publiceret", "publicerad", "julkaistu", "opublikowano",
    "data publikacji", "publikováno", "objavljeno", "megjelent", "publicat", "опубликовано", "дата публикации",
    "опубліковано", "дата публікації", "публикувано", "yayınlanma", "yayın tarihi", "yayımlanma", "δημοσιεύθηκε",
    "δημοσιεύτηκε", "פורסם", "תאריך פרסום", "تاريخ النشر", "نشر في", "تاریخ انتشار", "発表日", "公開日", "掲載日",
    "发布时间", "发布日期", "發布日期", "發布時間", "发布于", "등록일", "작성일", "입력", "게시일", "ngày đăng",
    "diterbitkan",
    "เผยแพร่",
)  # fmt: skip
_EVENT = (
    "date taken", "taken", "event date", "date of event", "date of the event", "incident date", "date of incident",
    "date of death", "date of birth", "retired", "died", "born", "killed", "occurred", "took place", "aufnahmedatum",
    "veranstaltung am", "date de l'événement", "fecha del evento", "data wydarzenia", "дата події", "дата события",
    "撮影日", "開催日", "活动时间",
)  # fmt: skip
_AS_OF = (
    "current as of", "as of", "as at", "data as of", "stand", "situation au", "en date du", "con corte al",
    "a fecha de",
    "stan na", "stav k", "станом на", "по состоянию на", "към дата", "itibarıyla", "itibariyle", "حتى تاريخ",
    "截至", "時点", "기준",
)  # fmt: skip
_LABELS: tuple[tuple[DateKind, tuple[str, ...]], ...] = (
    ("as_of", _AS_OF),
    ("event", _EVENT),
    ("published", _PUBLISHED),
    ("updated", _UPDATED),
)
_KINDS = {label: kind for kind, labels in _LABELS for label in labels}


def _any_of(labels: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(labels, key=len, reverse=True)))


def _has_spaces(label: str) -> bool:
    """Whether a label is in a script that sets words apart."""
    return label[0] <= "\u2e80"


# Where words are set apart a label begins with one, which is asked for ahead of all labels: few places are such.
_LABEL = re.compile(
    rf"(?<!\w)(?:{_any_of(filter(_has_spaces, _KINDS))})(?!\w)|{_any_of(filterfalse(_has_spaces, _KINDS))}",
    re.IGNORECASE,
)


def labelled(words: str) -> tuple[tuple[DateKind, str], ...]:
    """The words cut at each label, each part with what its label says of a date in it; empty ahead of the first."""
    found = list(_LABEL.finditer(words))
    starts = [0, *(label.start() for label in found)]
    ends = [*starts[1:], len(words)]
    kinds: list[DateKind] = ["", *(_KINDS[label[0].lower()] for label in found)]
    parts = zip(kinds, starts, ends, strict=True)
    return tuple((kind, words[start:end]) for kind, start, end in parts if words[start:end].strip())


def kind_of(words: str) -> DateKind:
    """What the last label in the words says of a date right behind them; empty where there is none."""
    return labelled(words)[-1][0] if words.strip() else ""
