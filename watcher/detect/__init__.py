"""The detector: text ─► claims and totals. `detector` has its stages in their order, `explain` shows what they found.

words     one sentence: tokens, numbers, dates, places
text      sentences, tables, and the document that the stages work on
cues      what denies, hedges, quotes, or speaks of nobody in particular
people    groups and names of people, and of which class they are
harm      harm events: which harm, to whom, how many
stance    asserted, alleged, denied, background, or no claim
claims    the claims of a text: corrected, merged, dated, weighed, added up
evaluate  scores on labelled texts

Each imports only from those above it in this list (import-linter holds it).
"""
