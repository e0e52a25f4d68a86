"""Everything that people can be shown: every card, form and notice in every state, with plain, hostile and longest words.

What a platform validates its rendering against: `all_views` walks sessions of a desk through their states and returns the
views by name, `<words>/<card>/<state>`.
"""

from pathlib import Path

from core.commands import PostEscalation, ShowHelp, ShowSession, SkipStep
from core.people.model import Account
from core.ports import UnitOfWork
from core.views import (
    Badge,
    Block,
    Button,
    Buttons,
    Card,
    Choice,
    Divider,
    Fields,
    File,
    Form,
    Input,
    Notice,
    Option,
    Person,
    Picture,
    Small,
    Style,
    Text,
    Tone,
)
from tests.support import card_forms, card_states
from tests.support.album import WORDS, Album, View, Words
from tests.support.desk import Desk, desk_at

__all__ = ["all_views", "primitives"]

WALKS = (
    card_states.sessions,
    card_states.steps,
    card_states.fixes,
    card_states.escalations,
    card_states.notes,
    card_states.failures,
    card_forms.resolving,
    card_forms.previews,
    card_forms.late_drafts,
    card_forms.escalating,
    card_forms.outcomes,
    card_forms.facts,
    card_forms.lists,
    card_forms.refusals,
)


async def all_views(path: Path, template: Path | None = None) -> dict[str, View]:
    """Every view by its name. The folder is for the desk's database; `template` as for a desk."""
    views: dict[str, View] = {}
    async with desk_at(path, template=template) as desk:
        await desk.change(_with_queues)
        for words in WORDS:
            await _walk(desk, words, views)
            views |= {f"{words.name}/{name}": view for name, view in primitives(words).items()}
    return views


def _with_queues(uow: UnitOfWork) -> None:
    account = uow.accounts.get()
    settings = {**account.settings, "queues": "Network, Servers <&> \U0001f5a5"}
    uow.accounts.save(Account(id=account.id, name=account.name, settings=settings, created_at=account.created_at))


async def _walk(desk: Desk, words: Words, views: dict[str, View]) -> None:
    for walk in WALKS:
        await walk(Album(desk, words, views))


def primitives(words: Words) -> dict[str, View]:
    """Views that no state shows today, but that the primitives allow: all of them at once, many, and none."""
    line, text = words.line, words.text
    button = Button(label=line, action=ShowSession(session_id="FP-1"), confirm=line, style=Style.DANGER)
    options = tuple(Option(value=f"v{number}", label=f"{number} {line}") for number in range(120))
    shown: tuple[Block, ...] = (
        Text(markdown=text),
        Small(markdown=line),
        Fields(items=tuple((f"{number} label", line) for number in range(15))),
        *(Badge(text=f"{line[:20]} {tone}", tone=tone) for tone in Tone),
        Divider(),
        Picture(name="chart.png", alt=line, data=b"\x89PNG\r\n\x1a\n" + line.encode()),
        File(name="record.md", media_type="text/markdown", content=f"{text}\n\n{words.code}"),
        Buttons(items=(button, Button(label="Help", action=ShowHelp(), style=Style.PRIMARY))),
    )
    asked: tuple[Block, ...] = (
        Choice(name="queue", label=line, options=options, selected="v119", hint=line),
        Person(name="person", label=line, people=options, selected="v3", hint=line),
        Input(name="minutes", label=line, value="7", placeholder=line, hint=line, required=True),
        Input(name="text", label=line, value=text, multiline=True, max_length=30_000),
    )
    many = tuple(
        Button(label=f"{number} {line}", action=SkipStep(session_id="FP-1", step_id=f"s{number}"))
        for number in range(30)
    )
    rows = tuple(Buttons(items=many[at : at + 1]) for at in range(30))
    post = PostEscalation(session_id="FP-1", surface="s1")
    return {
        "primitives/card": Card(title=line, badge=Badge(text=line), body=shown, fallback=text),
        "primitives/notice": Notice(markdown=text, body=shown, error=True),
        "primitives/form": Form(surface="s1", title=line, body=(*shown, *asked), action=post, submit=line, cancel=line),
        "primitives/many buttons": Card(title=line, body=(Buttons(items=many),), fallback=line),
        "primitives/many rows": Card(title=line, body=tuple(b for row in rows for b in (Text(markdown=line), row))),
        "primitives/many texts": Card(body=(Text(markdown=line),) * 60, fallback=line),
        "primitives/title alone": Card(title=line),
        "primitives/text alone": Card(body=(Text(markdown=text),)),
        "primitives/buttons alone": Card(body=(Buttons(items=(button,)),)),
    }
