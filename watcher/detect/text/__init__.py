"""A text as a whole: its sentences, tables and structure, and the document that the stages work on."""
