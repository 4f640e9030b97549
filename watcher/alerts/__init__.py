"""Claims, events and rules to alerts: who is told of what, how urgently, when and why. Pure.

What a message holds (the renderers of `watcher.alerts.channels` rely on it; the outbox adds `title`, `event`, `alert`,
`created_at` and `release_id`, None where the alert is not about a release):

- always: `priority`, `installation`, `observed_at`, `rules` (each `name` and the numbers of its `claims`, from 0);
- of a release: `publisher` (`code`, `name`), `feed`, `release` (title, url, published_at, published_raw, dateline,
  release_number, language, text_from, page_outcome), `totals`, `claims` (each with `in_words`, `words`, `marked`:
  where in its sentence they stand), `detector`, `relay_of` (releases of other publishers that carry the same
  statement) and `diff` where the text changed; `release.body_sha256` is the hash of the bytes that were answered. The
  outbox completes `relay_of` and adds `feeds` and `relays` (names), as they stand when the first try is made;
- of anything else, and of a release that was removed or came back, `notice`: `kind` (failing, silent, gap, removed …),
  `subject` (`feed:<name>`, `channel:<name>`, the release's URL), `said` (one sentence), `detail`, `since`; with
  `publisher` and `feed` where it is about one, else None;
- of a digest `digest`: `span` (hourly, daily, quiet_hours, first_round), `since`, `until`, `count`, `groups` (each
  `publisher`, `lines`: alert, event, priority, title, totals, stance, url, release_id, published_at, and `more_count`:
  how many lines were left out),
  `unread_count`.
"""
