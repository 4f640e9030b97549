"""How well the detector reads: labelled texts against detections.

    lines ─► read_records ─► records ─┐
                  detect(record.text) ─► detections ─► evaluate ─► Evaluation ─► report ─► words for a terminal

Pure: lines and values in, values and text out. A record is one JSON line, `{"id", "lang", "text", "doc_label",
"claims", "totals"}`; what may stand in it is said in `labels`.
"""
