"""The bytes of a page or document to its text and record, and texts compared; pure, no I/O, no clock.

`page` and `pdf` are the ways in. Bytes to a tree: `encoding`, `markup`. The release in it: `article`, `boilerplate`,
`captions`, `links`. Its text: `lines` with `visibility`, `tables`, `characters`. Its facts: `metadata`, `heading`,
`dates` with `months`, `release_dates`, `language`,
`coordinates`. No release at all: `blocked`. Comparing: `urls`, `similarity`,
`word_diff`, `claim_diff`, `revision_diff`. For pages of our own in a published copy: `relative_links`.
"""
