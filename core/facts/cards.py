"""How facts are shown."""

from collections.abc import Sequence

from core.commands import AddFact, DeleteFact, EditFact, OpenFact
from core.facts.model import MAX_FACT, Fact, SourceType
from core.sessions.model import Session
from core.text.neutralise import neutralise
from core.text.split import shorten
from core.views import Block, Button, Buttons, Form, Input, Notice, Small, Style, Text

__all__ = ["fact_form", "fact_list", "facts_notice"]

_SOURCES = {
    SourceType.QUESTION: "from a question",
    SourceType.CHECK: "from a check",
    SourceType.NOTE: "noted by an engineer",
    SourceType.TICKET: "from the ticket",
}
#: Facts that get buttons of their own; the rest is listed without.
_WITH_BUTTONS = 10


def fact_list(facts: Sequence[Fact]) -> str:
    """Facts as a markdown list, neutral as a whole: code that one fact opens must not hide what another one holds."""
    return neutralise("\n".join(f"- {neutralise(fact.text)}" for fact in facts)) or "Nothing confirmed yet."


def facts_notice(session: Session, facts: Sequence[Fact], *, editable: bool, said: str = "") -> Notice:
    """What we know, with the means to change it. `said`: what was done in it just now."""
    body: list[Block] = []
    shown = facts[-_WITH_BUTTONS:] if editable else ()
    if len(facts) > len(shown):
        body.append(Text(markdown=fact_list(facts[: len(facts) - len(shown)])))
    for fact in shown:
        body.append(Text(markdown=f"- {neutralise(fact.text)}"))
        body.append(Small(markdown=_SOURCES[fact.source_type]))
        edit = Button(label="Edit", action=OpenFact(session_id=session.id, fact_id=fact.id))
        delete = Button(
            label="Delete",
            action=DeleteFact(session_id=session.id, fact_id=fact.id),
            style=Style.DANGER,
            confirm=f"Delete “{shorten(fact.text, 80)}”?",
        )
        body.append(Buttons(items=(edit, delete) if fact.source_type is SourceType.NOTE else (delete,)))
    if editable:
        add = Button(label="Add a fact", action=OpenFact(session_id=session.id), style=Style.PRIMARY)
        body.append(Buttons(items=(add,)))
    known = "What we know" if facts else "Nothing confirmed yet"
    heading = f"**{session.ref}: {known}**"
    return Notice(markdown=f"{said}\n\n{heading}" if said else heading, body=tuple(body))


def fact_form(session: Session, fact: Fact | None, *, surface: str) -> Form:
    """Add a fact, or edit one."""
    action = (
        AddFact(session_id=session.id, text="", listed=True)
        if fact is None
        else EditFact(session_id=session.id, fact_id=fact.id, text="")
    )
    statement = Input(
        name="text",
        label="What is confirmed?",
        value="" if fact is None else fact.text,
        multiline=True,
        required=True,
        max_length=MAX_FACT,
        placeholder="The mailbox is at 49.8 of 50 GB.",
        hint="One statement. It can appear in the notes.",
    )
    title = "Add a fact" if fact is None else "Edit the fact"
    return Form(surface=surface, title=title, body=(statement,), action=action, submit="Save")
