"""The database: its schema, what is written to it, what is read from it. The only place that knows SQL."""

from watcher.store.connection import Store, connect, open_store

__all__ = ["Store", "connect", "open_store"]
