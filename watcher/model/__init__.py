"""The values that the other packages pass to each other: frozen, typed, free of I/O.

`feed` and `poll` hold what is polled, `response` what came, `release` and `revision` what is read, `claim`
what is found in it, `alert` what follows from it, `selectors` the rules of a page, `table` what is given out as
one, `wording` the words for claims and totals. Instants are aware datetimes in UTC; what a publisher wrote is kept
with one as `raw`.
"""
