"""Bytes of a page or document to its record and text: pure, no I/O, no clock."""
