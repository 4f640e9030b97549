"""From a feed that is due to stored rows: `poll` is the route, the other modules are its steps."""
