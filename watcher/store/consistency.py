"""Whether the table of releases, which readers see first, agrees with the evidence that proves it.

A release's row changes with each revision and event, so no link of the hash chain covers it; what it shows is compared
with its newest revision, that revision's totals, its link, and its last removal or return.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.archive.chain import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database


_NEWEST = """
FROM releases LEFT JOIN revisions ON revisions.release_id = releases.id
  AND number = (SELECT max(number) FROM revisions WHERE release_id = releases.id)
"""
# One version's claims are current; where a text has none, any version may have been the last to search it. A revision
# from before there were totals has none to compare with. Earlier versions wrote JSON with white space.
_DENSE = "replace(replace({}.totals, ': ', ':'), ', ', ',')"
_TOTALS = f"""
EXISTS (SELECT 1 FROM claim_totals WHERE revision_id = revisions.id) AND NOT EXISTS (
  SELECT 1 FROM claim_totals WHERE revision_id = revisions.id
    AND {_DENSE.format("claim_totals")} = {_DENSE.format("releases")}
    AND claim_totals.is_reported = releases.is_reported AND detector_version = coalesce((SELECT detector_version
      FROM claims WHERE revision_id = revisions.id AND is_current = 1 LIMIT 1), detector_version))
"""
_REMOVED = """
is_removed <> coalesce((SELECT kind = 'removed' FROM events WHERE release_id = releases.id
  AND kind IN ('removed', 'restored') ORDER BY id DESC LIMIT 1), 0)
"""
_URL = """
coalesce(releases.url, identity) <> (SELECT url FROM chain WHERE kind = 'revision' AND row_id = revisions.id)
"""
_OF_TOTALS = "its totals are not those of its newest revision's claims"
# What is wrong with a release, and the condition by which that is seen.
_CHECKS = {
    "it has no revision": "revisions.id IS NULL",
    "its title is not that of its newest revision": "releases.title <> revisions.title",
    "its date is not that of its newest revision": "releases.published_at IS NOT revisions.published_at",
    "its number of revisions is another one": "revision_count <> number",
    "its address is not the one under which its newest revision is in the chain": _URL,
    _OF_TOTALS: _TOTALS,
    "whether it was removed is not what its last event says": _REMOVED,
}


def check_releases(db: Database) -> Iterator[Finding]:
    """Each release that shows something else than its evidence."""
    checks = dict(_CHECKS)
    if "claim_totals" not in db.table_names():
        del checks[_OF_TOTALS]  # a database of an earlier version, which the next start upgrades
    conditions = ", ".join(f"({condition})" for condition in checks.values())
    for release_id, *answers in db.conn.execute(f"SELECT releases.id, {conditions} {_NEWEST} ORDER BY releases.id"):
        for said, is_wrong in zip(checks, answers, strict=True):
            if is_wrong:
                yield Finding("changed", f"releases {release_id}", said)
