"""One module a migration, in the order in which they are applied.

Each has a NAME, `<number>_<module>`, and a SCRIPT of statements. One that exists is never changed: databases stand
behind it. A later one may do all that SQL can, also build a table anew where ALTER TABLE cannot change it.
"""

from __future__ import annotations

from watcher.store.migrations import (
    attached,
    channels,
    documents,
    events,
    evidence,
    foundation,
    identities,
    looks,
    lookups,
    manners,
    relays,
    telling,
    upkeep,
    websub,
)

# The order counts, not the number in the name.
IN_ORDER = (
    foundation,
    documents,
    events,
    manners,
    attached,
    telling,
    relays,
    evidence,
    channels,
    lookups,
    upkeep,
    looks,
    websub,
    identities,
)
