"""Claims and totals in words, the same in a mail's subject, on the terminal and in a webhook's message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.model.claim import Claim, Detection, Harm, Stance, Total, Victim
    from watcher.model.release import TextSource


HARM: dict[Harm, str] = {
    "killed": "killed",
    "injured": "injured",
    "missing": "missing",
    "captured": "captured",
    "casualty": "killed or injured",
}
# What gave a text, after "the".
TEXT_FROM: dict[TextSource, str] = {
    "page": "page",
    "details": "parts of the page that are folded up",
    "noscript": "page's words for readers without scripts",
    "json_ld": "page's JSON-LD",
    "script_data": "page's script data",
    "feed": "feed",
}
# A stance wherever people read it. What a publisher states as fact it "admits" only where it did the harm itself, and
# most state what an enemy or an accident did.
STANCE: dict[Stance, str] = {
    "asserted": "stated as fact",
    "assessed": "assessed as likely",
    "alleged": "alleged, not confirmed",
    "under_review": "under review",
    "denied": "denied",
    "hypothetical": "only possible",
    "historical": "past event",
}
STANCE_MEANS: dict[Stance, str] = {
    "asserted": "the publisher itself says that it happened, whoever did it",
    "assessed": "the publisher thinks so itself, and does not say that it is certain",
    "alleged": "somebody else says so; the publisher does not confirm it",
    "under_review": "still being looked into",
    "denied": "denied or ruled out",
    "hypothetical": "no event: a possibility, a purpose or a risk",
    "historical": "a past event that is only commemorated",
}
# From this confidence on, in words.
_SURE, _LIKELY = 0.9, 0.7
VICTIM: dict[Victim, tuple[str, str]] = {
    "civilian": ("civilian", "civilians"),
    "military": ("service member", "service members"),
    "police": ("police officer", "police officers"),
    "official": ("official", "officials"),
    "combatant": ("combatant", "combatants"),
    "mixed": ("person", "people"),
    "unknown": ("person", "people"),
}
# The same where one is chosen from a list: there "people" would not say which.
VICTIM_LISTED: dict[Victim, str] = {
    **{victim: names[1] for victim, names in VICTIM.items()},
    "mixed": "mixed",
    "unknown": "not said who",
}
# What is said of a text that nobody could search, where another would have its claims.
NOT_READ = "could not be read"
_MANY_PLACES = 3
# The event of an alert in words; a new release needs none.
_HAPPENED = {
    "changed": "changed",
    "revision": "edited",
    "withdrawn": "withdrawn",
    "removed": "removed",
    "restored": "back",
    "found_later": "found later",
    "unread": NOT_READ,
}


def lead(publisher: str, event: str, text: str) -> str:
    """The beginning of an alert's line: the publisher, and the event where it is not a new release."""
    happened = _HAPPENED.get(event, "")
    return f"[{publisher.upper()}] " + (f"{happened}: " if happened else "") + text


def headline(
    detection: Detection, publisher: str, title: str, dateline: str = "", *, event: str = "", is_unsure: bool = False
) -> str:
    """The subject of an alert: "[CENTCOM] 2 civilians killed, 4 injured – assessed as likely – Raqqa, Mosul".

    The dateline's place is where the release was written, so it is not named as where people died. `event` is the
    alert's event; what `is_unsure` is said to be checked.
    """
    totals = headline_totals(detection.totals_by)
    stances = {total.stance for total in totals}
    stance = STANCE[totals[0].stance] if len(stances) == 1 and "asserted" not in stances else ""
    text = summary(totals) or title
    places = dict.fromkeys(place for claim in detection.claims if (place := claim.place_raw) and place not in dateline)
    checked = f"to be checked: {text}" if is_unsure else text
    parts = (lead(publisher, event, checked), stance, ", ".join(list(places)[:_MANY_PLACES]))
    return " – ".join(part for part in parts if part)


def headline_totals(totals: Sequence[Total]) -> tuple[Total, ...]:
    """The reported totals, or else those denied or under review, never both; civilians first, the dead first."""
    reported = [total for total in totals if total.stance in REPORTED]
    return _in_order(reported or totals)


def summary(totals: Sequence[Total]) -> str:
    """Totals in a few words; their stance is said only where they have more than one."""
    is_one = len({total.stance for total in totals}) == 1
    return _listed(_in_order(totals)) if is_one else totals_in_words(totals)


def unread_in_words(count: int) -> str:
    """How many texts could not be read; empty where all were."""
    texts = "1 text" if count == 1 else f"{count:,} texts"
    return f"{texts} {NOT_READ}" if count else ""


def confidence_in_words(confidence: float) -> str:
    """How sure the detector is: "sure", "fairly sure", "to be checked"."""
    shown = round(confidence, 2)
    return "sure" if shown >= _SURE else "fairly sure" if shown >= _LIKELY else "to be checked"


def totals_in_words(totals: Sequence[Total]) -> str:
    """All totals, grouped by stance: "2 civilians killed, 4 injured; 6 alleged, not confirmed"."""
    groups = {stance: _in_order([total for total in totals if total.stance == stance]) for stance in STANCE}
    certain = (*groups["asserted"], *groups["assessed"])
    parts = [_of_stance(stance, group, certain) for stance, group in groups.items() if group]
    return "; ".join(parts)


def _of_stance(stance: Stance, group: Sequence[Total], certain: Sequence[Total]) -> str:
    """The totals of one stance; what others allege beside the publisher's own number of the same is said in short."""
    if stance == "asserted":
        return _listed(group)
    said = {(total.harm, total.victim) for total in certain}
    if stance == "alleged" and len(group) == 1 and (group[0].harm, group[0].victim) in said:
        return f"{number(group[0].count_min, group[0].count_max)} {STANCE[stance]}"
    return f"{STANCE[stance]}: {_listed(group)}"


def _in_order(totals: Sequence[Total]) -> tuple[Total, ...]:
    harms, victims = list(HARM), list(VICTIM)
    return tuple(sorted(totals, key=lambda total: (victims.index(total.victim), harms.index(total.harm))))


def _listed(totals: Sequence[Total]) -> str:
    """Totals one after the other; a victim class that repeats is named once."""
    parts: list[str] = []
    last = ""
    for total in totals:
        people = VICTIM[total.victim][total.count_max != 1]
        named = f"{people} " if people.rstrip("s") != last.rstrip("s") else ""
        parts.append(f"{_people(total)} {named}{HARM[total.harm]}")
        last = people
    return ", ".join(parts)


def claim_in_words(claim: Claim) -> str:
    """One claim: "at least 2 civilians injured"; what is denied is "any civilians injured"."""
    return f"{_people(claim)} {VICTIM[claim.victim][claim.count_max != 1]} {HARM[claim.harm]}"


def _people(said: Claim | Total) -> str:
    """The number; "no civilians killed", denied, would read as if some were."""
    return "any" if said.stance == "denied" and said.is_of_nobody else number(said.count_min, said.count_max)


def claims_in_words(claims: Iterable[Claim]) -> str:
    """The claims that report somebody harmed, one after the other; civilians first, the dead first."""
    victims, harms = list(VICTIM), list(HARM)
    said = [claim for claim in claims if claim.stance in REPORTED]
    said.sort(key=lambda one: (victims.index(one.victim), harms.index(one.harm), -(one.count_min or 0)))
    return ", ".join(dict.fromkeys(claim_in_words(claim) for claim in said))


def count_in_words(harm: Harm, victim: Victim, low: int | None, high: int | None) -> str:
    """Number, victims and harm: "2 civilians killed"."""
    return f"{number(low, high)} {VICTIM[victim][high != 1]} {HARM[harm]}"


def number(low: int | None, high: int | None) -> str:
    """A count in words: 2, 2–4, at least 2, up to 4, some (not stated), no (nobody)."""
    if low is None and high is None:
        return "some"
    if high is None:
        return f"at least {low:,}"
    if low is None:
        return f"up to {high:,}"
    if low == high:
        return f"{low:,}" if low else "no"
    return f"{low:,}–{high:,}"


_SIGNATURES: Mapping[str, str] = {
    "pass": "signed by {domain}: verified on {day}",
    "fail": "the signature of {domain} does not hold",
    "no_key": "the signature of {domain} cannot be verified",
    "not_checked": "the signature of {domain} is not checked yet",
    "malformed": "a signature that cannot be read",
}


def signature_in_words(row: Mapping[str, Any]) -> str:
    """What a check of a message's signature (DKIM) found; `row` is one of `mail_signatures`."""
    known = _SIGNATURES.get(
        row["result"], "a signature of {domain}, checked with a result that this version does not know"
    )
    said = known.format(domain=row["domain"], day=str(row["checked_at"])[:10])
    return f"{said} ({row['detail']})" if row["detail"] else said


_KEEPERS = {"wayback": "the copy that the Wayback Machine made", "dvids": "the copy that DVIDS published"}


def copy_in_words(source: str, made_at: str, url: str) -> str:
    """Where a text was read that the page itself kept back; the time is text in UTC."""
    when = f"{str(made_at)[:10]} at {str(made_at)[11:16]} UTC"
    keeper = _KEEPERS.get(source, f"a copy of {source}")
    return f"The page turned this program away. This text is from {keeper} on {when}: {url}"
