"""A PDF to its record: glyphs with their places ─► lines ─► columns and tables ─► paragraphs, heads and feet apart."""
