"""A feed's bytes to its entries, which release each entry is, and when to fetch next; pure, no I/O, no clock.

By format: `rss` (after `limits`, which refuses what would stall a parser), `jsonfeed`, `listing`, `sitemap`;
`discovery` what a page offers to be polled, `websub` its hub. Against what is stored: `changes`, `identity`. When and
where next: `schedule`, `redirects`, `recheck_plan`.
"""
