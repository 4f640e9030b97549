"""The people whom a sentence names: groups, names, what stands beside them, and of which class they are."""
