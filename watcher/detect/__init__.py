"""The detector: text ─► claims and totals. `detector` has its stages in their order.

Values    annotations (numbers, groups, harm events), document, lexicon (the vocabulary made ready), tokens
Sentence  numbers, names, phrases, groups, name_groups; harms with harm_verbs, harm_nouns, harm_adjectives, grammar,
          appositions, ellipsis, parts
Claims    references, stance with cues, claims with victims, speakers and persons (person_details)
Document  sentences, exclusions, past_events, incidents, earlier_statements, later_states, findings, merge, tables with
          table_events, named_later, event_places with place_names and dates, totals; with title, captions and documents
          mentions, attachment_totals; confidence with indications and structure
Around    language (is a text in this language at all?), explain, evaluate/ (scores on labelled texts)
"""
