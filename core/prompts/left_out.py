"""What a request says in the place of what it leaves out: a model that knows can ask for it."""

__all__ = ["EARLIER_LEFT_OUT", "entries_left_out", "messages_left_out", "text_left_out"]

#: Before the messages of a chat, where its beginning is not told.
EARLIER_LEFT_OUT = "(Earlier messages are left out here.)"


def text_left_out(characters: int) -> str:
    """In the middle of a text that is too long."""
    return f" [… {characters:,} characters are left out here …] "


def entries_left_out(count: int) -> str:
    """In the middle of a list that is too long."""
    return f"({count:,} more of these {'is' if count == 1 else 'are'} left out here: the list is too long.)"


def messages_left_out(count: int) -> str:
    """Among the messages that are told, where the first one is missing."""
    told = "message is" if count == 1 else "messages are"
    return f"({count:,} {told} left out here: so much was said at once.)"
