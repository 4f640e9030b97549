"""The database as people read it: Datasette with our descriptions and queries. The only user of Datasette."""

from watcher.web.serve import datasette_of, serve

__all__ = ["datasette_of", "serve"]
