"""The database: its schema, what is written to it, what is read from it. The only place that knows SQL."""
