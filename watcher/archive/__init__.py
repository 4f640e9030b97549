"""Evidence outside the database: the hash chain, bundles, web archives, time-stamps.

It computes and knows no SQL: `store` writes what it computes, the command line asks for it.

canonical_form      which columns of a row are hashed, and as which bytes
chain               the links of the hash chain, and what is wrong with one
release_evidence    all the evidence of one release, and the files for people that follow from it
bundle              the files of a bundle; report is the one for people
bundle_check        the check of a bundle without database and configuration
bundle_file         a bundle on disk, as a folder or a ZIP
warc_writer         HTTP exchanges as a web archive; warc_reader reads those of any crawler
timestamp           time-stamps of an authority (RFC 3161)
"""
