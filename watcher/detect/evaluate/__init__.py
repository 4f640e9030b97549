"""How well the detector reads: labelled texts against detections.

    lines ─► read_records ─► records ─┐
                  detect(record.text) ─► detections ─► evaluate ─► Evaluation ─► report ─► words for a terminal

File by file, `sources` also measures confidence: `correctness` says which claims are right, `calibration` whether
their confidence agrees with it.

`labels` reads the labelled texts, `pairing` matches their labels with claims, `score` counts what is right, wrong and
missed, `disagreements` puts each difference into words, `report` makes a table of it all. Pure: lines and values in,
values and text out.
"""
