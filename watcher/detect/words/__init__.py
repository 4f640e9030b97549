"""The words of one sentence: what the vocabulary knows of each, the numbers, dates and places that they make."""
