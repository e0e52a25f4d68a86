"""The rules of SPEC 5 that every document is held to; `core.documents.check` applies them."""
