"""Harm events: the verbs, nouns, adjectives, labels and rows that state a harm, and the people whom they take."""
