"""Texts that every database and platform takes: no NUL, no half of a surrogate pair."""

__all__ = ["storable"]


def storable(text: str) -> str:
    """The text without NULs; halves of a pair that stand together become their character, lone ones U+FFFD."""
    if "\0" in text:
        text = text.replace("\0", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
