"""The command line: thin commands over the jobs, the pipeline, the store and the detector, a file for each subject.

main         the command itself, its table of commands, and how an error becomes a sentence and an exit code
setup        init, check
run          poll, run, serve, health
releases     releases, show, diff, export claims
publish      publish
feeds        feeds (list, test, add), import feeds, export opml, export feeds
alerts       alerts (list, retry), channels, rules, mute, unmute, mutes, digest
history      backfill, reparse, import warc, export warc
detect       detect, evaluate, redetect, extract
evidence     evidence, verify, anchor, backup, restore, prune
database     db (list, repair)
reviews      export reviews, and the precision that evaluate prints
doctor       doctor
demo         demo
common       the configuration and the database that a command works on
output       rows as a table, JSON or CSV; progress; the only user of rich
terminal     what is printed, without control signs; logs are the log lines
page_record  a page's record as extract and feeds test print it

No command's module imports another's; each is imported only when its command is run.
"""
