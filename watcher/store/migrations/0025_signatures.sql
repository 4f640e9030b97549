-- Signatures of texts are made in another way: by those of before, which served for 14 days, no later text is found.
DELETE FROM similarity_bands;
