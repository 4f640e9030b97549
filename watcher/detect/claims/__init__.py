"""The claims of a text among themselves: made, corrected, merged, dated, weighed and added up."""
