"""The database as people read it: Datasette with our descriptions and queries. The only user of Datasette."""
