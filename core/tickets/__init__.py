"""Tickets of the PSA: linking them to sessions and writing to them."""
