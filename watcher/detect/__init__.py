"""The detector: text ─► claims and totals.

detect: sentences with a harm word (one fast scan) ─► reading (tokens) ─► numbers ─► groups of people ─► predicates
(harm words with their people) ─► cues (stance) ─► claims ─► events (place, date) ─► totals.

Pure and deterministic: no I/O, no clock. `DETECTOR_VERSION` changes whenever a rule changes what is found.
"""
