"""The configuration, read and checked: the only place that knows its files and the only one that imports pydantic.

load        finds the folder and reads it, with every mistake of every file at once
settings    watcher.toml
rules       its tables [[rule]], [quiet_hours] and [digest]
evidence    its tables [evidence], [timestamp] and [wayback]
publishers  publishers/<code>.toml
layers      its layers: the family of a site, what is shipped, the operator's own
words       words/<language>.toml, the detector's vocabulary; rule_words are those of single rules
weights     words/weights.toml, what speaks for and against a claim
tables      what a table is: a value of plain Python; and where a secret is kept
checks      a mapping to a table, by pydantic, where something is to be checked
compiled    what was checked, kept for the next start
values      what the checks share: durations, addresses, zones
secrets     every secret that is named, whether it is set and who can read it
redaction   texts from outside without them
switches    publishers and feeds on and off, in the operator's files
opml        lists of feeds from and to other programs
"""
