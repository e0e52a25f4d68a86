"""How good the documents are: situations over the outcome matrix, rules for each, and a table of what passes."""
