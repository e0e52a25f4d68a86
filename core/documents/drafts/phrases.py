"""The sentences that several documents share. They expect the texts of `printable`."""

import re

from core.documents.bundle import Bundle, BundleFact, BundleFix, ScriptRun
from core.documents.drafts.text import closed
from core.facts.model import SourceType, same_statement

__all__ = [
    "detail",
    "fact_lines",
    "labelled",
    "problem",
    "quoted",
    "result",
    "script_line",
    "standing",
    "to_do",
    "without_label",
]

#: A title that opens with one of these is an instruction.
_VERBS = {
    "activate", "add", "adjust", "adopt", "apply", "assign", "attach", "clear", "configure", "connect", "convert",
    "create", "deactivate", "decrease", "delegate", "delete", "deploy", "detach", "disable", "disconnect", "enable",
    "enforce", "enrol", "enroll", "erase", "exclude", "expand", "extend", "force", "free", "grant", "have",
    "increase", "install", "join", "kill", "migrate", "move", "promote", "provision", "purge", "re-add", "re-create",
    "re-enrol", "re-enroll", "re-enter", "re-run", "reactivate", "reassign", "rebind", "reboot", "rebuild",
    "reconfigure", "reconnect", "recover", "recreate", "recycle", "redeploy", "redirect", "reduce", "refresh",
    "regenerate", "register", "reimage", "reinstall", "reissue", "rejoin", "reload", "remap", "remove", "rename",
    "renew", "repair", "replace", "reprovision", "republish", "require", "rerun", "reseat", "resend", "reset",
    "resign", "resize", "restart", "restore", "resume", "resync", "retry", "revert", "revoke", "stop", "swap", "sync",
    "terminate", "transfer", "unassign", "unblock", "uninstall", "unlink", "unlock", "unmap", "unmount", "unpair",
    "unplug", "upgrade", "wipe",
}  # fmt: skip
#: With one of these it is, if an object follows: not "Switch port change".
_VERBS_OR_NOUNS = {
    "back", "block", "change", "check", "clean", "correct", "fix", "flush", "import", "lower", "map", "open", "patch",
    "point", "power", "raise", "release", "reverse", "roll", "rotate", "run", "seat", "set", "sign", "start",
    "switch", "turn", "update", "use",
}  # fmt: skip
_OBJECT = {
    "the", "a", "an", "all", "both", "her", "his", "their", "this", "that", "its", "off", "on", "up", "out", "back", "to", "in",
    "down", "over",
}  # fmt: skip
#: Answers that say nothing without their question.
_ANSWERS = {"yes", "no", "none", "nothing", "nobody", "never", "always", "only", "both", "neither", "all", "not"}
#: What people write before the thing itself, and what the drafts say already.
_LABEL = re.compile(
    r"(?:(?:(?:we(?:'re| are) )?(?:still )?(?:awaiting|waiting(?: on| for)?|wait(?: for| on)?|pending)"
    r"|because(?: of)?|(?:the )?reason(?: is)?)\b:?|(?:still )?(?:left|open|to do):)\s+(?=\S)",
    re.IGNORECASE,
)


def problem(bundle: Bundle) -> str:
    """What is wrong, and for whom, as a paragraph."""
    stated = bundle.summary
    lines = [closed(stated) or "The problem has not been described in more detail."]
    ticket = bundle.ticket
    if ticket is not None:
        told = ticket.summary.casefold().rstrip(".!?") in stated.casefold() or same_statement(ticket.summary, stated)
        if ticket.summary and not told:
            lines.append(closed(f"The ticket says: {ticket.summary}"))
        if ticket.device and ticket.device.casefold() not in stated.casefold():
            lines.append(closed(f"The affected device is {ticket.device}"))
        who = ticket.contact or ticket.company
        if who and who.casefold() not in stated.casefold():
            company = f" ({ticket.company})" if ticket.contact and ticket.company else ""
            lines.append(closed(f"It was reported by {who}{company}"))
    return " ".join(lines)


def fact_lines(bundle: Bundle) -> list[str]:
    """Every confirmed statement that has any words."""
    return [line for line in map(_fact, bundle.facts) if line]


def result(asked: str, answer: str) -> str:
    """A step and what it gave: "Does webmail work? Yes." or "Ping the server. Result: no reply."."""
    asked, answer = closed(asked), closed(answer)
    if not asked or not answer:
        return asked or answer
    return f"{asked} {answer}" if asked.endswith("?") else f"{asked} Result: {answer}"


def script_line(script: ScriptRun) -> str:
    """A generated script with its parameters. That it also ran is known only if somebody said so."""
    values = ", ".join(f"{name} = {value}" for name, value in script.parameters if name and value)
    name = script.name or "without a name"
    return closed(f"Script generated: {name} ({values})" if values else f"Script generated: {name}")


def quoted(fix: BundleFix) -> str:
    """The fix by its title."""
    return f"“{fix.title.rstrip('.')}”" if fix.title else "the suggested fix"


def to_do(fix: BundleFix) -> str:
    """The fix after "The fix was": "to restart the spooler" for an instruction, the bare title for a name."""
    title = fix.title.rstrip(".")
    verb, _, rest = title.partition(" ")
    follows = rest.partition(" ")[0].casefold()
    if rest and (verb.casefold() in _VERBS or (verb.casefold() in _VERBS_OR_NOUNS and follows in _OBJECT)):
        return f"to {verb.casefold()} {rest}"
    return f"the following: {title}" if title else "the one suggested"


def detail(fix: BundleFix) -> str:
    """The description as a sentence, unless it only repeats the title."""
    if same_statement(fix.description, fix.title):
        return ""
    return closed(f"In detail: {fix.description}") if fix.description else ""


def without_label(text: str) -> str:
    """Notes without an opening such as "waiting for", for a sentence that says so itself."""
    return _LABEL.sub("", text, count=1) if _LABEL.match(text) else text


def labelled(label: str, text: str) -> str:
    """The text as a sentence after its label; "" without text."""
    return closed(f"{label}: {without_label(text)}") if text else ""


def standing(fix: BundleFix) -> str:
    """Where a fix stands, for colleagues: what became of it, and its notes."""
    name = quoted(fix)
    match fix.state:
        case "verifying":
            said = f"{name} has been applied; its result is not known yet."
        case "pending":
            said = f"{name} has been applied and its result is awaited. {labelled('Awaited', fix.notes)}"
        case "partial":
            said = f"{name} has been applied and worked only in part. {labelled('Still open', fix.notes)}"
        case "success":
            said = f"{name} was applied and is recorded as having worked."
        case "failed":
            said = f"{name} was applied and did not work. {labelled('Reason', fix.notes)}"
        case "dismissed":
            how = "was set aside after it had been applied" if fix.applied else "was set aside without being applied"
            said = f"{name} {how}. {labelled('Reason', fix.notes)}"
        case _:
            said = f"{name} is suggested (confidence {fix.percent} %) and has not been applied."
    return closed(said)


def _fact(fact: BundleFact) -> str:
    """A statement; a terse answer comes with its question."""
    words = fact.text.casefold().split()
    asked = fact.source_type in (SourceType.QUESTION, SourceType.CHECK) and fact.question
    if asked and words and (len(words) <= 3 or words[0].strip(".,:;!") in _ANSWERS):
        return result(fact.question, fact.text)
    return closed(fact.text)
