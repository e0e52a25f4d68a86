"""Payloads as Inbound: who, where, what, and the keys by which a repeat is known (ARCHITECTURE 5)."""

from dataclasses import dataclass

from adapters.playground.client import PLATFORM
from adapters.playground.guard import Declined
from adapters.playground.mentions import COMMANDS, read_command, read_words
from adapters.playground.payloads import Click, Delete, Edit, Find, Payload, Send, Shortcut, Submit
from core.codec import decode, pressed
from core.commands import AddFact, Command, DeleteMessage, EditMessage, ReceiveMessage, StartSession, TypeWords
from core.local import BOT, LocalChannel, LocalChat, LocalMessage, LocalPerson, NewMessage
from core.people.model import ConversationRef, WorkspaceRef
from core.ports import Inbound, PersonRef

__all__ = ["Reader", "person_of"]


async def person_of(chat: LocalChat, name: str) -> LocalPerson:
    """The person that a request names as `workspace/person`. Their workspace is the only one it can reach."""
    workspace, _, person = name.partition("/")
    for somebody in await chat.people(workspace):
        if somebody.id == person:
            return somebody
    raise Declined(404, "There is nobody of that name in this playground; choose a person and try again.")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one person's payloads. What they say and change goes into the chat first, as it would on any platform."""

    chat: LocalChat
    person: LocalPerson

    async def read(self, payload: Payload) -> Inbound | None:
        """What it means for core, or None when the chat alone has to do with it. Raises Declined.

        A button or form that core.codec does not accept raises its BadCommand or InvalidInput.
        """
        match payload:
            case Send():
                return await self._send(payload)
            case Edit():
                return await self._edit(payload)
            case Delete():
                return await self._delete(payload)
            case Click():
                return await self._click(payload)
            case Submit():
                return await self._submit(payload)
            case Find():
                return await self._find(payload)
            case Shortcut():
                return await self._shortcut(payload)
        return None

    async def channel(self, id: str) -> LocalChannel:
        """A channel that the person sees."""
        for channel in await self.chat.channels(self.person.workspace):
            if channel.id == id and channel.open_to(self.person):
                return channel
        raise Declined(404, "You are not in that channel.")

    async def message(self, id: str) -> LocalMessage:
        """A message that the person sees."""
        message = await self.chat.message(self.person.workspace, id)
        if message is None or message.deleted or message.private_to not in ("", self.person.id):
            raise Declined(404, "That message is gone.")
        await self.channel(message.channel)
        return message

    async def _send(self, payload: Send) -> Inbound:
        channel = await self.channel(payload.channel)
        typed = read_command(payload.text)
        if typed is not None:
            if typed.name not in COMMANDS:
                known = ", ".join(f"/{name}" for name in COMMANDS)
                raise Declined(400, f"/{typed.name} is not a command here. There are {known}.")
            place = self._place(channel, payload.thread)
            command = TypeWords(name=typed.name, text=typed.text)
            return self._inbound(f"command:{self._mine(payload.id)}", channel, place, command, payload.text)
        posted = await self.chat.post(
            NewMessage(
                workspace=channel.workspace,
                channel=channel.id,
                thread=payload.thread,
                author=self.person.id,
                text=payload.text,
                delivery=f"page:{self.person.id}:{payload.id}",
            )
        )
        said = read_words(posted.text, await self.chat.people(channel.workspace))
        heard = ReceiveMessage(
            ref=posted.id,
            text=said.text,
            mentioned=said.mentioned,
            direct=bool(channel.direct),
            to_others=said.to_others,
        )
        place = self._place(channel, self._thread(posted))
        return self._inbound(self._message_key(posted), channel, place, heard, posted.text)

    async def _edit(self, payload: Edit) -> Inbound:
        mine = await self._own(payload.message)
        edited = await self.chat.edit(mine.workspace, mine.id, payload.text)
        channel = await self.channel(edited.channel)
        said = read_words(edited.text, await self.chat.people(channel.workspace))
        place = self._place(channel, self._thread(edited))
        command = EditMessage(ref=edited.id, text=said.text, to_others=said.to_others)
        key = f"edit:{self._where(edited)}:{edited.seq}"
        return self._inbound(key, channel, place, command, edited.text, about=self._message_key(edited))

    async def _delete(self, payload: Delete) -> Inbound:
        message = await self.chat.message(self.person.workspace, payload.message)
        if message is None or message.author != self.person.id:
            raise Declined(403, "You can delete your own messages only.")
        gone = await self.chat.delete(message.workspace, message.id)
        channel = await self.channel(gone.channel)
        place = self._place(channel, self._thread(gone))
        key, about = f"delete:{self._where(gone)}", self._message_key(gone)
        return self._inbound(key, channel, place, DeleteMessage(ref=gone.id), about=about)

    async def _click(self, payload: Click) -> Inbound:
        if payload.surface:
            channel, place = await self._place_of_form(payload.surface)
        else:
            message = await self.message(payload.message)
            if message.author != BOT:
                raise Declined(400, "That message has no buttons.")
            channel = await self.channel(message.channel)
            place = self._place(channel, self._thread(message))
        return self._inbound(f"click:{self._mine(payload.id)}", channel, place, pressed(payload.value, payload.inputs))

    async def _submit(self, payload: Submit) -> Inbound:
        channel, place = await self._place_of_form(payload.surface)
        command = decode(payload.action, payload.inputs)
        return self._inbound(f"form:{self._mine(payload.id)}", channel, place, command)

    async def _find(self, payload: Find) -> Inbound:
        channel, place = await self._place_of_form(payload.surface)
        command = decode(payload.value, {"text": payload.text})
        return self._inbound(f"find:{self._mine(payload.id)}", channel, place, command)

    async def _shortcut(self, payload: Shortcut) -> Inbound:
        message = await self.message(payload.message)
        channel = await self.channel(message.channel)
        said = read_words(message.text, await self.chat.people(channel.workspace))
        if not said.text:
            raise Declined(400, "That message has no words to work with.")
        commands: dict[str, Command] = {
            "start": StartSession(text=said.text, message_ref=message.id),
            "fact": AddFact(text=said.text),
        }
        if payload.name not in commands:
            raise Declined(400, "There is no such shortcut.")
        place = self._place(channel, self._thread(message))
        key = f"shortcut:{self._mine(payload.id)}"
        return self._inbound(key, channel, place, commands[payload.name], message.text)

    async def _own(self, id: str) -> LocalMessage:
        message = await self.message(id)
        if message.author != self.person.id:
            raise Declined(403, "You can change your own messages only.")
        return message

    async def _place_of_form(self, id: str) -> tuple[LocalChannel, ConversationRef]:
        surface = await self.chat.surface(self.person.workspace, id)
        if surface is None or surface.person != self.person.id:
            raise Declined(404, "That form is gone; open it again.")
        channel = await self.channel(surface.channel)
        return channel, self._place(channel, surface.thread)

    def _thread(self, message: LocalMessage) -> str:
        """The thread that a message belongs to or opens; nobody answers to a private message of the channel itself."""
        return message.thread or ("" if message.private_to else message.id)

    def _place(self, channel: LocalChannel, thread: str) -> ConversationRef:
        return ConversationRef(platform=PLATFORM, workspace=channel.workspace, channel=channel.id, thread=thread)

    def _where(self, message: LocalMessage) -> str:
        return f"{message.workspace}:{message.channel}:{message.id}"

    def _message_key(self, message: LocalMessage) -> str:
        return f"message:{self._where(message)}"

    def _mine(self, id: str) -> str:
        return f"{self.person.workspace}:{self.person.id}:{id}"

    def _inbound(
        self,
        key: str,
        channel: LocalChannel,
        place: ConversationRef,
        command: Command,
        words: str = "",
        *,
        about: str = "",
    ) -> Inbound:
        person = self.person
        return Inbound(
            keys=(key,),
            workspace=WorkspaceRef(platform=PLATFORM, external_id=person.workspace),
            person=PersonRef(external_id=person.id, name=person.name, email=person.email, member=person.member),
            place=place,
            command=command,
            words=words,
            surface=f"page:{key}",
            guests=channel.guests,
            about=about,
        )
