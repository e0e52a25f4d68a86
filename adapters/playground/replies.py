"""A Reply of core as JSON for the page that acted. What must outlive the page is written to the chat first."""

from adapters.playground.client import as_text
from adapters.playground.render import Json, render_form, render_notice
from core.local import BOT, LocalChat, NewMessage
from core.ports import Inbound
from core.views import Close, FieldErrors, Form, Nothing, Notice, Options, Replace, Reply

__all__ = ["give"]


async def give(chat: LocalChat, inbound: Inbound, reply: Reply, *, surface: str = "", within: str = "") -> Json:
    """`{kind: nothing | notice | form | errors | options | replace | close, …}`. `surface`: where it was done; `within`: the
    message in which it was done, or in which the form was opened."""
    match reply:
        case Nothing():
            return {"kind": "nothing"}
        case Notice():
            return await _notice(chat, inbound, reply)
        case Form():
            return {"kind": "form", **await _open(chat, inbound, reply)}
        case FieldErrors():
            return {"kind": "errors", "fields": dict(reply.fields)}
        case Replace():
            return {"kind": "replace", **await _open(chat, inbound, reply.form)}
        case Options():
            return {"kind": "options", "options": [{"value": item.value, "label": item.label} for item in reply.items]}
        case Close():
            if surface:
                await chat.close_surface(
                    workspace=inbound.workspace.external_id, id=surface, person=inbound.person.external_id
                )
            if reply.now is not None:
                return {"kind": "close", "notice": await _redrawn(chat, inbound, reply.now, within)}
            said = await _notice(chat, inbound, Notice(markdown=reply.notice)) if reply.notice else None
            return {"kind": "close", "notice": said}


async def _redrawn(chat: LocalChat, inbound: Inbound, now: Notice, within: str) -> Json | None:
    """Put it in the place of the private message it is of; a new one, as it is given, where that is gone."""
    workspace, person = inbound.workspace.external_id, inbound.person.external_id
    shown = await chat.message(workspace, within) if within else None
    if shown is None or shown.deleted or (shown.author, shown.private_to) != (BOT, person):
        return await _notice(chat, inbound, now)
    await chat.update(workspace, shown.id, as_text(render_notice(now)))
    return None


async def _notice(chat: LocalChat, inbound: Inbound, notice: Notice) -> Json:
    place = inbound.place
    assert place is not None, "everything in the playground happens in a channel"
    view = render_notice(notice)
    message = NewMessage(
        workspace=place.workspace,
        channel=place.channel,
        thread=place.thread,
        author=BOT,
        view=as_text(view),
        private_to=inbound.person.external_id,
        delivery=f"reply:{inbound.keys[0]}",
    )
    posted = await chat.post(message)
    return {**view, "message": posted.id, "channel": posted.channel, "thread": posted.thread}


async def _open(chat: LocalChat, inbound: Inbound, form: Form) -> Json:
    place = inbound.place
    assert place is not None, "everything in the playground happens in a channel"
    view = render_form(form)
    surface = await chat.open_surface(
        workspace=place.workspace,
        id=form.surface,
        person=inbound.person.external_id,
        channel=place.channel,
        thread=place.thread,
        view=as_text(view),
    )
    return {"form": view, "seq": surface.seq}
