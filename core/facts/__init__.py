"""Facts: confirmed statements, "What we know"."""
