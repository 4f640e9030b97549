"""Citations in three styles."""

from __future__ import annotations

from watcher.web.citation import citation_of, commands

RELEASE = {
    "id": 7, "publisher_name": "Norland Ministry of Defence", "published_at": None, "identity": "guid:1",
}  # fmt: skip
REVISION = {
    "number": 2,
    "title": "Strike {1} & 50 % of_it\\ ~",
    "published_at": "2026-11-26T22:30:00.000Z",
    "published_raw": "26 November",
    "observed_at": "2026-11-27T08:05:09.123Z",
    "text_sha256": "ab" * 32,
}
LINK = "https://desk.example/release/7/r2#c12"


def test_styles_name_author_title_day_address_hash_and_time() -> None:
    """An editor pastes one of them, and whoever reads it can find and check the sentence."""
    styles = dict(citation_of(RELEASE, REVISION, LINK, url="https://m.example/1", quote="Two  were\nkilled.").styles)
    observed = f"revision 2 as observed 2026-11-27 08:05:09 UTC, SHA-256 of the text {'ab' * 32}"
    title = REVISION["title"]
    assert styles["Chicago"] == (
        f"“Two were killed.” Norland Ministry of Defence, “{title},” published 26 November 2026,"
        f" https://m.example/1; {observed}, {LINK}."
    )
    assert styles["APA"] == (
        f"Norland Ministry of Defence. (2026, November 26). {title} [{observed}]. https://m.example/1"
        f" Archived at {LINK}"
    )
    assert styles["BibTeX"].startswith("@online{release-7-r2,\n  author = {{Norland Ministry of Defence}},\n")
    assert r"Strike \{1\} \& 50 \% of\_it\textbackslash{} \textasciitilde{}" in styles["BibTeX"]
    assert f"url = {{{LINK}}}" in styles["BibTeX"]


def test_release_without_date_title_or_address_is_cited_too() -> None:
    """Where nothing was stated nothing is made up; the identity stands for the address."""
    bare = REVISION | {"title": "", "published_at": None, "published_raw": ""}
    styles = dict(citation_of(RELEASE, bare, LINK, url="").styles)
    assert "“(without a title),” without a date, guid:1;" in styles["Chicago"]
    assert "(n.d.)" in styles["APA"]
    assert "year" not in styles["BibTeX"]


def test_commands_fetch_and_check_the_bundle() -> None:
    """They can be pasted into a shell as they are."""
    assert commands(7, "https://desk.example/release/7/bundle") == (
        "curl -o release-7.zip 'https://desk.example/release/7/bundle'",
        "watcher evidence --check release-7.zip",
    )
