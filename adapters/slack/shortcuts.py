"""Message shortcuts: what can be done with any message, by the callback ids of the manifest."""

from core.commands import AddFact, Command, OpenEscalate, OpenResolve, StartSession

__all__ = ["SHORTCUTS", "command_of"]

#: Callback ids → names in Slack's menu.
SHORTCUTS = {
    "fp_start": "Start troubleshooting",
    "fp_fact": "Add as fact",
    "fp_resolve": "Resolve",
    "fp_escalate": "Escalate",
}


def command_of(callback: str, text: str, *, ref: str) -> Command | None:
    """What a shortcut on a message with this text and reference asks for. The session is the thread's."""
    match callback:
        case "fp_start":
            return StartSession(text=text, message_ref=ref)
        case "fp_fact":
            return AddFact(text=text)
        case "fp_resolve":
            return OpenResolve()
        case "fp_escalate":
            return OpenEscalate()
    return None
