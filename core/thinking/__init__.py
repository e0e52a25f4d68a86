"""Asking a model: requests without any vendor's words, patience with faults, and what is made of the answers."""
