"""Two revisions of one release against each other: title, text and claims, with both hashes and times. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from watcher.content.claim_diff import ClaimChange, diff_claims
from watcher.content.similarity import similarity
from watcher.content.word_diff import Passage, Run, diff_words, passages
from watcher.model.wording import TEXT_FROM

if TYPE_CHECKING:
    from watcher.model.claim import Claim
    from watcher.model.release import TextSource


# What a message may hold: it is kept with the alert and sent to people.
_MOST_PASSAGES, _MOST_CLAIMS = 12, 30
_LONGEST = 600
# Two statements of one publisher share this much by their closing words alone.
_UNLIKE = 0.1


@dataclass(frozen=True, slots=True)
class RevisionText:
    """One revision as far as a comparison needs it.

    `text_sha256` is the hash of title and text, white space folded; `body_sha256` the hash of the bytes that the
    server sent, empty where they were not kept. `observed_at` is the time as the tables keep it.
    """

    number: int
    title: str
    text: str
    text_sha256: str
    observed_at: str
    body_sha256: str = ""
    text_from: TextSource = "page"
    claims: tuple[Claim, ...] = ()

    @property
    def origin(self) -> str:
        """What gave the text, in words."""
        return TEXT_FROM.get(self.text_from, self.text_from)


@dataclass(frozen=True, slots=True)
class RevisionDiff:
    """What lies between two revisions."""

    old: RevisionText
    new: RevisionText
    title: tuple[Run, ...]
    text: tuple[Run, ...]
    claims: tuple[ClaimChange, ...]

    @property
    def is_other_statement(self) -> bool:
        """Whether hardly a word of title and text stayed: another statement stands where the first one stood."""
        old, new = f"{self.old.title} {self.old.text}", f"{self.new.title} {self.new.text}"
        return similarity(old, new) < _UNLIKE and similarity(self.old.title, self.new.title) < 1

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Every change with a few words around it, the title's first."""
        return (*passages(self.title), *passages(self.text))

    @property
    def words(self) -> tuple[int, int]:
        """How many words were taken out and put in."""
        counted = {"same": 0, "deleted": 0, "inserted": 0}
        for run in (*self.title, *self.text):
            counted[run.kind] += len(run.text.split())
        return counted["deleted"], counted["inserted"]


def diff_revisions(old: RevisionText, new: RevisionText) -> RevisionDiff:
    """Compare two revisions of one release, in whichever order they are given."""
    title, text = diff_words(old.title, new.title), diff_words(old.text, new.text)
    return RevisionDiff(old, new, title, text, diff_claims(old.claims, new.claims))


def as_message(diff: RevisionDiff) -> dict[str, object]:
    """The difference as an alert's message carries it: bounded, whatever the texts are, and ready for JSON."""
    deleted, inserted = diff.words
    found = diff.passages
    return {
        "from": _revision(diff.old),
        "to": _revision(diff.new),
        "claims": [
            {"kind": change.kind, "words": change.words, "old": _sentence(change.old), "new": _sentence(change.new)}
            for change in diff.claims[:_MOST_CLAIMS]
        ],
        "passages": [{name: _short(words) for name, words in asdict(one).items()} for one in found[:_MOST_PASSAGES]],
        "more_claims": max(0, len(diff.claims) - _MOST_CLAIMS),
        "more_passages": max(0, len(found) - _MOST_PASSAGES),
        "words_deleted": deleted,
        "words_inserted": inserted,
    }


def _revision(revision: RevisionText) -> dict[str, object]:
    return {
        "number": revision.number,
        "observed_at": revision.observed_at,
        "text_sha256": revision.text_sha256,
        "body_sha256": revision.body_sha256,
        "text_from": revision.text_from,
    }


def _sentence(claim: Claim | None) -> str:
    return _short(claim.sentence) if claim is not None else ""


def _short(words: str) -> str:
    folded = " ".join(words.split())
    return folded if len(folded) <= _LONGEST else folded[: _LONGEST - 1].rstrip() + "…"
