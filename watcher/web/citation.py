"""How to quote a release: one observed text of it, in three styles, and the commands that prove it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher import clock
from watcher.control_signs import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any


_LATEX = {
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_MOST = 600


@dataclass(frozen=True, slots=True)
class Citation:
    """One revision as it is cited: `permalink` marks the sentence `quote`, which is empty for the whole text."""

    author: str
    title: str
    published: datetime | None
    published_raw: str
    url: str
    number: int
    revision: int
    observed: datetime
    text_sha256: str
    permalink: str
    quote: str = ""

    @property
    def styles(self) -> tuple[tuple[str, str], ...]:
        """The citation by the name of each style."""
        return ("Chicago", self._chicago()), ("APA", self._apa()), ("BibTeX", self._bibtex())

    @property
    def _observed(self) -> str:
        at = f"{self.observed:%Y-%m-%d %H:%M:%S} UTC"
        return f"revision {self.revision} as observed {at}, SHA-256 of the text {self.text_sha256}"

    def _chicago(self) -> str:
        published = f"published {_day(self.published)}" if self.published else self.published_raw or "without a date"
        said = f"“{self.quote}” " if self.quote else ""
        return f"{said}{self.author}, “{self.title},” {published}, {self.url}; {self._observed}, {self.permalink}."

    def _apa(self) -> str:
        published = f"{self.published:%Y, %B %-d}" if self.published else "n.d."
        return f"{self.author}. ({published}). {self.title} [{self._observed}]. {self.url} Archived at {self.permalink}"

    def _bibtex(self) -> str:
        fields = {"author": f"{{{_latex(self.author)}}}", "title": f"{{{_latex(self.title)}}}"}
        if self.published:
            fields |= {"year": str(self.published.year), "month": str(self.published.month)}
        fields |= {"url": _in_braces(self.permalink), "note": _latex(f"{self._observed}; original: {self.url}")}
        fields["urldate"] = f"{self.observed:%Y-%m-%d}"
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
        return "\n".join([f"@online{{release-{self.number}-r{self.revision},", *lines, "}"])


def citation_of(
    release: Mapping[str, Any], revision: Mapping[str, Any], permalink: str, *, url: str, quote: str = ""
) -> Citation:
    """The citation of a revision from the rows of release and revision; `url` is where it was published."""
    published = revision["published_at"] or release["published_at"]
    return Citation(
        author=one_line(release["publisher_name"], _MOST),
        title=one_line(revision["title"], _MOST) or "(without a title)",
        published=clock.from_text(published) if published else None,
        published_raw=one_line(revision["published_raw"], _MOST),
        url=url or one_line(release["identity"], _MOST),
        number=release["id"],
        revision=revision["number"],
        observed=clock.from_text(revision["observed_at"]),
        text_sha256=revision["text_sha256"],
        permalink=permalink,
        quote=one_line(quote, _MOST),
    )


def commands(number: int, bundle: str) -> tuple[str, str]:
    """The commands that prove what release `number` said: fetch its bundle from an address, and check it."""
    file = f"release-{number}.zip"
    return f"curl -o {file} '{bundle}'", f"watcher evidence --check {file}"


def _day(at: datetime) -> str:
    return f"{at:%-d %B %Y}"


def _latex(text: str) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in text)


def _in_braces(url: str) -> str:
    """An address with the signs that would end the field early percent-encoded."""
    return url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
