"""A Reply of core, given to the one who acted: in the acknowledgement of a form, else after it, best effort (ARCHITECTURE)."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any, Protocol
from uuid import uuid4

from adapters.slack.errors import code_of
from adapters.slack.payloads import part, word
from adapters.slack.render_forms import field_errors, render_form
from adapters.slack.wire import Handle, Place, handle_of, placed
from core.commands import Action, ListFlows, ListSessions, ReceiveMessage, SessionAction, ShowHome
from core.errors import Fault, Rejected
from core.ports import Inbound
from core.turns.words import parse
from core.views import Button, Buttons, Close, FieldErrors, Form, Nothing, Notice, Replace, Reply, Style, Text

__all__ = ["Origin", "Private", "Replies"]

log = logging.getLogger(__name__)

View = dict[str, object]

#: Commands whose answer is a list, of which another page takes the place of the first.
_LISTS = (ListFlows, ListSessions)


class Origin(Enum):
    """Where something was done, which decides how it can be answered."""

    #: A message: there is nothing to open a modal with.
    MESSAGE = auto()
    #: A slash command, a shortcut, a button of a message.
    CLICK = auto()
    #: A button in a modal, which stays open.
    MODAL = auto()
    #: A button on the home tab, where nothing can be whispered.
    HOME = auto()
    #: A form that was submitted, and is answered by the acknowledgement itself.
    FORM = auto()


class Private(Protocol):
    """Slack's means to show something to one person only. Everything raises Fault."""

    async def open_view(self, trigger: str, view: View) -> None:
        """views.open."""
        ...

    async def push_view(self, trigger: str, view: View) -> None:
        """views.push."""
        ...

    async def update_view(self, view_id: str, view: View) -> None:
        """views.update."""
        ...

    async def whisper(
        self, place: Place, person: str, notice: Notice, handle: Handle, *, instead: bool = False
    ) -> None:
        """An ephemeral message, by response_url where there is one; a direct message where there is no place. `instead`: in the
        place of the one that it was done in."""
        ...


@dataclass(frozen=True, slots=True)
class Replies:
    """Gives replies. `render` is adapters.slack.render_forms.render_form, unless a test replaces it."""

    private: Private
    render: Callable[[Form], Mapping[str, object]] = render_form

    def acknowledgement(self, inbound: Inbound, reply: Reply, view: Mapping[str, object]) -> dict[str, object] | None:
        """The body that answers a submitted form: stay with errors, show another view, or None to close it."""
        match reply:
            case FieldErrors():
                return self.errors(view, reply)
            case Replace(form=form) | (Form() as form):
                return {"response_action": "update", "view": self._view(inbound, form)}
            case Notice():
                return self.pushed(reply, view, _place(inbound))
            case Close(now=Notice() as now) if not handle_of(inbound.surface).within:
                return {"response_action": "update", "view": self._notice_view(now, _place(inbound))}
            case Close():
                return {"response_action": "clear"}
        return None

    def errors(self, view: Mapping[str, object], wrong: FieldErrors) -> dict[str, object]:
        """The form stays, and says at each field what is wrong; without any input, on top of it."""
        if _has_inputs(view):
            return {"response_action": "errors", "errors": field_errors(view, wrong.fields)}
        return self.pushed(Notice(markdown=" ".join(wrong.fields.values()), error=True), view)

    def pushed(self, notice: Notice, view: Mapping[str, object], place: Place | None = None) -> dict[str, object]:
        """A notice on top of the form; in its place where Slack lets no more views lie on each other."""
        return {"response_action": "update" if _is_third(view) else "push", "view": self._notice_view(notice, place)}

    async def refuse(self, body: Mapping[str, Any], words: str, origin: Origin) -> None:
        """Say that something cannot be read, to whoever clicked it."""
        url, view = word(body, "response_url"), word(part(body, "view"), "id")
        handle = Handle(trigger=word(body, "trigger_id"), response_url=url, view=view)
        place = Place(channel=word(part(body, "channel"), "id"))
        notice, person = Notice(markdown=words, error=True), word(part(body, "user"), "id")
        try:
            await self._shown(notice, place if place.channel else None, person, handle, origin)
        except Fault as error:
            log.warning("slack.reply_lost", extra={"reply": "refusal", "why": str(error)})

    def gives(self, reply: Reply, origin: Origin) -> bool:
        """Whether anything is left to send after the acknowledgement: most clicks only change what is posted."""
        if isinstance(reply, Close):
            return bool(reply.notice or reply.now) or origin is Origin.MODAL
        return not isinstance(reply, Nothing)

    async def give(self, inbound: Inbound, reply: Reply, origin: Origin) -> None:
        """Send what was not said by the acknowledgement. Losing it costs a click, never state."""
        try:
            await self._give(inbound, _as_notice(reply) if origin is not Origin.FORM else reply, origin)
        except Fault as error:
            log.warning("slack.reply_lost", extra={"reply": type(reply).__name__, "why": str(error)})

    async def _give(self, inbound: Inbound, reply: Reply, origin: Origin) -> None:
        match reply:
            case Close(now=Notice() as now):
                await self._redrawn(inbound, now, origin)
            case Close(notice=words) if self.gives(reply, origin):
                await self._said(inbound, Notice(markdown=words or "Done."), origin)
            case Notice() if origin is not Origin.FORM:
                await self._said(inbound, reply, origin)
            case Replace(form=form) | (Form() as form) if origin is not Origin.FORM:
                await self._opened(inbound, form, origin)

    async def _said(self, inbound: Inbound, notice: Notice, origin: Origin) -> None:
        handle, person, command = handle_of(inbound.surface), inbound.person.external_id, inbound.command
        lists = type(command).__name__ if isinstance(command, _LISTS) and not notice.error else ""
        await self._shown(notice, _place(inbound), person, handle, origin, lists)

    async def _redrawn(self, inbound: Inbound, now: Notice, origin: Origin) -> None:
        """A private view as it is now. One that a form was opened in as a modal is shown by the acknowledgement."""
        handle, place = handle_of(inbound.surface), _place(inbound)
        if handle.within:
            person = inbound.person.external_id
            await self.private.whisper(place or Place(channel=""), person, now, handle, instead=True)
        elif origin is Origin.MODAL and handle.view:
            await self.private.update_view(handle.view, self._notice_view(now, place))
        elif origin is not Origin.FORM:
            await self._said(inbound, now, origin)

    async def _shown(
        self, notice: Notice, place: Place | None, person: str, handle: Handle, origin: Origin, lists: str = ""
    ) -> None:
        if origin is Origin.MODAL and handle.trigger:
            await self._laid_over(handle, self._notice_view(notice, place, lists), lists)
        elif origin is Origin.HOME and handle.trigger:
            await self.private.open_view(handle.trigger, self._notice_view(notice, place, lists))
        else:
            await self.private.whisper(place or Place(channel=""), person, notice, handle)

    async def _laid_over(self, handle: Handle, view: View, lists: str) -> None:
        """Over the open view; in its place where that is another page of the same list, or the third view already."""
        if not handle.view:
            await self.private.push_view(handle.trigger, view)
            return
        if not lists or handle.lists != lists:
            try:
                await self.private.push_view(handle.trigger, view)
                return
            except Rejected as error:
                if code_of(error) != "push_limit_reached":
                    raise
        await self.private.update_view(handle.view, view)

    async def _opened(self, inbound: Inbound, form: Form, origin: Origin) -> None:
        handle, view = handle_of(inbound.surface), self._view(inbound, form)
        if origin is Origin.MODAL and handle.view:
            await self.private.update_view(handle.view, view)
        elif handle.trigger:
            try:
                await self.private.open_view(handle.trigger, view)
            except Fault:
                await self._said(inbound, _too_slow(form), Origin.CLICK)
                raise
        else:
            await self._said(inbound, _to_open(inbound, form), Origin.CLICK)

    def _view(self, inbound: Inbound, form: Form) -> View:
        return placed(self.render(form), _place(inbound), within=handle_of(inbound.surface).within)

    def _notice_view(self, notice: Notice, place: Place | None, lists: str = "") -> View:
        """A notice as a modal, where there is no message to say it beside."""
        words = f"⚠️ {notice.markdown}" if notice.error else notice.markdown
        body = (Text(markdown=words), *notice.body)
        form = Form(surface=uuid4().hex, title="FlowPilot", body=body, action=ShowHome(), submit=None, cancel="Close")
        return placed(self.render(form), place, lists)


def _as_notice(reply: Reply) -> Reply:
    """Outside a form, wrong fields are said in words."""
    if isinstance(reply, FieldErrors):
        return Notice(markdown=" ".join(reply.fields.values()), error=True)
    return reply


def _place(inbound: Inbound) -> Place | None:
    where = inbound.place
    return None if where is None else Place(channel=where.channel, thread=where.thread)


def _is_third(view: Mapping[str, object]) -> bool:
    """Whether two views lie below it, which is all that Slack allows."""
    below = view.get("previous_view_id")
    return bool(below) and below != view.get("root_view_id")


def _has_inputs(view: Mapping[str, object]) -> bool:
    blocks = view.get("blocks")
    entries: Sequence[object] = blocks if isinstance(blocks, list) else ()
    return any(isinstance(block, dict) and block.get("type") == "input" for block in entries)


def _to_open(inbound: Inbound, form: Form) -> Notice:
    """A message cannot open a form: a button does, with what was asked for."""
    return _with_button(f"**{form.title}**", "Open", _asked(inbound, form))


def _too_slow(form: Form) -> Notice:
    return Notice(markdown=f"Slack did not open “{form.title}” in time. Click once more.", error=True)


def _with_button(words: str, label: str, action: Action) -> Notice:
    button = Button(label=label, action=action, style=Style.PRIMARY)
    return Notice(markdown=words, body=(Buttons(items=(button,)),))


def _asked(inbound: Inbound, form: Form) -> Action:
    """What the message asked for, on the session that the form is about."""
    command = inbound.command
    asked = parse(command.text, addressed=True) if isinstance(command, ReceiveMessage) else None
    if isinstance(asked, SessionAction) and isinstance(form.action, SessionAction):
        return replace(asked, session_id=form.action.session_id)
    return asked or form.action
