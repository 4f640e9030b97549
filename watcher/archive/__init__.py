"""Evidence: the hash chain, bundles, web archives, time-stamps. It computes; store writes and the commands ask."""
