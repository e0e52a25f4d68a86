"""Slack's payloads as Inbound: who, where, what, and the keys by which a repeat is known (ARCHITECTURE 5)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack.files import described, files_of, pictures_of, readable
from adapters.slack.payloads import part, parts, word
from adapters.slack.people import People
from adapters.slack.render_forms import metadata_of, values_of
from adapters.slack.shortcuts import command_of
from adapters.slack.wire import PLATFORM, Handle, Place, listed_in, place_of, within_of
from adapters.slack.words import Said, attached, mentioned_in, passed_on, read_words
from core.codec import decode, pressed
from core.commands import (
    Command,
    DeleteMessage,
    EditMessage,
    ReceiveMessage,
    SharedPicture,
    ShowHome,
    StartSession,
    StopTurn,
    TypeWords,
)
from core.people.model import ConversationRef, WorkspaceRef
from core.ports import Inbound, PersonRef
from core.turns.words import parse

__all__ = ["Bot", "Reader", "is_channel"]

#: Subtypes of messages that people write; all others are Slack's own or another bot's.
_WRITTEN = ("", "file_share", "thread_broadcast", "me_message")

Data = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bot:
    """Who FlowPilot is in the workspace, as `auth.test` says. `team` is the organisation's id where it is installed in a
    whole one; `organisation` that of the one above it, "" for none."""

    team: str
    team_name: str
    user: str
    id: str
    organisation: str = ""


class Reader:
    """Reads the payloads of one workspace. Nothing is waited for."""

    def __init__(self, bot: Bot, people: People) -> None:
        self.bot = bot
        self.people = people

    def message(self, body: Data) -> Inbound | None:
        """A message, mention, edit or deletion; None when it is nobody's words, or not for FlowPilot."""
        event = part(body, "event")
        match word(event, "subtype"):
            case "message_changed":
                return self._changed(body, event)
            case "message_deleted":
                return self._deleted(body, event, part(event, "previous_message"))
            case subtype if subtype in _WRITTEN:
                return self._written(body, event)
        return None

    def action(self, body: Data) -> Inbound | None:
        """A click on a button. Raises BadCommand for one that core does not know."""
        action = next(iter(parts(body, "actions")), {})
        value = word(action, "value")
        if not value:
            return None
        view = part(body, "view")
        user = word(part(body, "user"), "id")
        key = f"click:{word(action, 'action_ts')}:{word(action, 'action_id')}:{user}"
        place = _place_of_click(body) or (place_of(view) if view else None)
        command = pressed(value, values_of(part(view, "state")))
        return self._inbound(body, (key,), place, command, handle=_handle(body))

    def suggestion(self, body: Data) -> Inbound:
        """Something was typed in a field whose options are found meanwhile. Raises BadCommand."""
        typed, view = word(body, "value"), part(body, "view")
        user = word(part(body, "user"), "id")
        key = f"find:{word(view, 'id')}:{user}:{typed}"
        return self._inbound(
            body, (key,), place_of(view), decode(word(body, "action_id"), {"text": typed}), handle=Handle()
        )

    def submission(self, body: Data) -> Inbound:
        """A submitted form. Raises BadCommand, or InvalidInput for fields that do not fit.

        What was entered is part of the key: after field errors Slack hands in the same view again, with the same hash.
        """
        view = part(body, "view")
        action, _ = metadata_of(view)
        values = values_of(part(view, "state"))
        entered = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
        key = f"form:{word(view, 'id')}:{word(view, 'hash')}:{entered}"
        command = decode(action, values)
        return self._inbound(body, (key,), place_of(view), command, handle=_handle(body))

    def command(self, body: Data) -> Inbound:
        """A slash command. It has no thread: Slack does not offer them inside threads."""
        name, text = word(body, "command").removeprefix("/").lower(), word(body, "text")
        said = self._read(text)
        typed = TypeWords(name=name, text=said.text)
        place = Place(channel=word(body, "channel_id"))
        keys = (f"command:{word(body, 'trigger_id')}",)
        starts = name == "flowpilot" and bool(said.text) and parse(said.text, addressed=True) is None
        words = f"/{name} {text}".strip()
        return self._inbound(body, keys, place, typed, words=words, handle=_handle(body), starts=starts)

    def shortcut(self, body: Data) -> Inbound | None:
        """A message shortcut: on a message of anybody's."""
        message, channel = part(body, "message"), word(part(body, "channel"), "id")
        said = self._said(message)
        command = command_of(word(body, "callback_id"), said.text, ref=word(message, "ts"))
        if command is None:
            return None
        place = Place(channel=channel, thread=word(message, "thread_ts", "ts"))
        keys = (f"shortcut:{word(body, 'trigger_id')}",)
        starts = isinstance(command, StartSession)
        return self._inbound(body, keys, place, command, words=said.text, handle=_handle(body), starts=starts)

    def home(self, body: Data) -> Inbound:
        """The home tab was opened."""
        event = part(body, "event")
        user = word(event, "user")
        keys = (f"event:{word(body, 'event_id')}",)
        person = self.people.person(user)
        return self._made(keys, person, None, ShowHome())

    def stopped(self, body: Data) -> Inbound | None:
        """Slack's own stop button, where the app is declared an agent: it means the answer that is being made in the thread."""
        event = part(body, "event")
        channel, thread = word(event, "channel"), word(event, "thread_ts")
        if not channel or not thread or not word(event, "user"):
            return None
        keys = (f"event:{word(body, 'event_id')}", f"stop:{self.bot.team}:{channel}:{word(event, 'event_ts')}")
        person = self.people.person(word(event, "user"))
        return self._made(keys, person, Place(channel=channel, thread=thread), StopTurn())

    def with_texts(self, inbound: Inbound, text: str, pictures: tuple[SharedPicture, ...] = ()) -> Inbound:
        """What came in earlier, with its files' texts: an edit of it. `pictures`: those that were not known to be some."""
        command = inbound.command
        assert isinstance(command, (ReceiveMessage, EditMessage)), "only messages carry files"
        key = f"files:{inbound.keys[-1]}"
        return Inbound(
            keys=(key,),
            workspace=inbound.workspace,
            person=inbound.person,
            place=inbound.place,
            command=EditMessage(ref=command.ref, text=text, to_others=command.to_others, read=True, pictures=pictures),
            words=text,
            guests=inbound.guests,
            about=inbound.about or inbound.keys[-1],
        )

    def _written(self, body: Data, event: Data) -> Inbound | None:
        if not self._by_somebody(event):
            return None
        said = self._said(event)
        if not self._heard(event, event):
            return None
        ref = word(event, "ts")
        command = ReceiveMessage(
            ref=ref,
            text=said.text,
            mentioned=said.mentioned,
            direct=_direct(event),
            to_others=said.to_others,
            pictures=pictures_of(files_of(event)),
        )
        return self._of_event(body, event, event, self._message_key(event, ref), command, said.text)

    def _changed(self, body: Data, event: Data) -> Inbound | None:
        message, before = part(event, "message"), part(event, "previous_message")
        if word(message, "subtype") == "tombstone":
            return self._deleted(body, event, before)
        edited = word(part(message, "edited"), "ts")
        if not edited or not self._by_somebody(message) or word(message, "text") == word(before, "text"):
            return None  # Slack unfolds links by such events, too
        if not (self._heard(event, message) or self._heard(event, before)):
            return None
        said = self._said(message)
        ref = word(message, "ts")
        key = f"edit:{self._where(event)}:{ref}:{edited}"
        newly = said.mentioned and not self._said(before).mentioned
        command = EditMessage(ref=ref, text=said.text, mentioned=newly, to_others=said.to_others)
        return self._of_event(body, event, message, key, command, said.text, about=self._message_key(event, ref))

    def _deleted(self, body: Data, event: Data, before: Data) -> Inbound | None:
        ref = word(event, "deleted_ts") or word(before, "ts")
        if not ref or not self._by_somebody(before) or not self._heard(event, before):
            return None
        key = f"delete:{self._where(event)}:{ref}"
        command = DeleteMessage(ref=ref)
        return self._of_event(body, event, before, key, command, "", about=self._message_key(event, ref))

    def _of_event(
        self, body: Data, event: Data, message: Data, key: str, command: Command, words: str, *, about: str = ""
    ) -> Inbound:
        """`message` is what was written: the event itself, or a part of it."""
        user = word(message, "user")
        self.people.notice(id for id in mentioned_in(word(message, "text")) if id != self.bot.user)
        person = self.people.person(user, team=word(message, "user_team", "source_team"))
        keys = tuple(key for key in (f"event:{word(body, 'event_id')}", key) if not key.endswith(":"))
        place = Place(channel=word(event, "channel"), thread=word(message, "thread_ts", "ts"))
        guests = body.get("is_ext_shared_channel") is True
        more = bool(readable(files_of(message)))
        surface = Handle(alone=not word(message, "thread_ts")).text()
        return self._made(
            keys, person, place, command, words=words, surface=surface, guests=guests, more=more, about=about
        )

    def _inbound(
        self,
        body: Data,
        keys: tuple[str, ...],
        place: Place | None,
        command: Command,
        *,
        handle: Handle,
        words: str = "",
        starts: bool = False,
    ) -> Inbound:
        """Of what somebody did: a click, a form, a shortcut, a slash command. One that `starts` a session may come from where
        FlowPilot does not hear what is said."""
        user = part(body, "user")
        id = word(user, "id") or word(body, "user_id")
        name = word(user, "name", "username") or word(body, "user_name")
        # In a shared channel the payload's team is where it happened, and the user's is where they are at home.
        person = self.people.person(id, team=word(user, "team_id"), name=name)
        return self._made(keys, person, place, command, words=words, surface=handle.text(), unheard=starts)

    def _made(
        self,
        keys: tuple[str, ...],
        person: PersonRef,
        place: Place | None,
        command: Command,
        *,
        words: str = "",
        surface: str = "",
        guests: bool = False,
        unheard: bool = False,
        more: bool = False,
        about: str = "",
    ) -> Inbound:
        """`guests`: they were met there; otherwise that is known of direct messages only."""
        where = None
        if place is not None and place.channel:
            where = ConversationRef(
                platform=PLATFORM, workspace=self.bot.team, channel=place.channel, thread=place.thread
            )
        met = guests or person.member is False
        return Inbound(
            keys=keys,
            workspace=WorkspaceRef(platform=PLATFORM, external_id=self.bot.team),
            person=person,
            place=where,
            command=command,
            words=words,
            surface=surface,
            guests=True if met else None if is_channel(where.channel if where else "") else False,
            unheard=unheard,
            more=more,
            about=about,
        )

    def _message_key(self, event: Data, ref: str) -> str:
        return f"message:{self._where(event)}:{ref}"

    def _said(self, message: Data) -> Said:
        """The words of a message, below them those that it passes on, and its files by name."""
        own, shared = word(message, "text"), passed_on(message)
        said = self._read(own or attached(message))
        more = f"Passed on:\n{self._read(shared).text}" if own and shared else ""
        text = "\n".join(line for line in (said.text, more, described(files_of(message))) if line)
        return Said(text=text, mentioned=said.mentioned, to_others=said.to_others)

    def _read(self, text: str) -> Said:
        return read_words(text, bot=self.bot.user, name_of=self.people.name)

    def _heard(self, event: Data, message: Data) -> bool:
        """Whether it may be for FlowPilot. Talk of the channel itself belongs to no session and starts none: it is not kept."""
        mentioned = f"<@{self.bot.user}" in word(message, "text")
        return mentioned or bool(word(message, "thread_ts")) or _direct(event)

    def _by_somebody(self, message: Data) -> bool:
        """Whether a person wrote it: bots are ignored, FlowPilot itself first of all."""
        user = word(message, "user")
        return bool(user) and user not in (self.bot.user, "USLACKBOT") and not word(message, "bot_id")

    def _where(self, event: Data) -> str:
        return f"{self.bot.team}:{word(event, 'channel')}"


def is_channel(id: str) -> bool:
    """Whether an id is of a channel, or of a conversation of several people: there guests may be."""
    return id[:1] in ("C", "G")


def _direct(event: Data) -> bool:
    return word(event, "channel_type") in ("im", "app_home")


def _handle(body: Data) -> Handle:
    view, message, response_url = part(body, "view"), part(body, "message"), word(body, "response_url")
    private = part(body, "container").get("is_ephemeral") is True
    return Handle(
        trigger=word(body, "trigger_id"),
        response_url=response_url,
        view=word(view, "id") if word(view, "type") == "modal" else "",
        lists=listed_in(view),
        within=response_url if private else within_of(view),
        alone=bool(message) and not word(message, "thread_ts"),
    )


def _place_of_click(body: Data) -> Place | None:
    """The thread of the message that was clicked on. A private one knows its thread by its container alone."""
    container, message = part(body, "container"), part(body, "message")
    channel = word(part(body, "channel"), "id") or word(container, "channel_id")
    if not channel:
        return None
    thread = word(message, "thread_ts") or word(container, "thread_ts")
    if not thread and container.get("is_ephemeral") is not True:
        thread = word(message, "ts") or word(container, "message_ts")
    return Place(channel=channel, thread=thread)
