"""A small Slack Web API on loopback that answers as Slack documents: sizes, errors, metadata, threads, modals; and faults.

`fail` refuses the next call of a method, `lose` does it and drops the connection without an answer, `cut` drops it undone,
`stall` does it, says so by `stalled`, and answers only when let go.
"""

import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.fakes.slack_files import handed_out, taken
from tests.fakes.slack_rooms import BOT, Room, Rooms
from tests.fakes.slack_rules import wrong_message, wrong_view
from tests.fakes.slack_streams import Limited, Refused, Streams
from tests.fakes.slack_troubles import Trouble, Troubles, dropped, refusal

__all__ = ["BOT", "TOKEN", "Call", "Room", "SlackApi"]

Json = dict[str, Any]

TOKEN = "xoxb-northwind"


@dataclass(frozen=True)
class Call:
    """A call as it came in."""

    method: str
    fields: Mapping[str, Any]


class SlackApi(Troubles):
    """One workspace. `url` is the API's base."""

    def __init__(self, team: str = "T0NORTHWIND", name: str = "Northwind", organisation: str = "") -> None:
        super().__init__()
        self.team = team
        self.organisation = organisation
        self.name = name
        self.url = ""
        self.token = TOKEN
        self.revoked = False
        self.calls: list[Call] = []
        self._rooms = Rooms()
        self.rooms = self._rooms.all
        self.users: dict[str, Json] = {}
        #: Ids that are nobody's here.
        self.strangers: set[str] = set()
        self.whispers: list[Json] = []
        #: "Ephemeral messages in threads are only shown if there is already an active thread": those that nobody sees, and the
        #: threads in which people have answered.
        self.unseen: list[Json] = []
        self.threads: set[str] = set()
        self.views: dict[str, Json] = {}
        #: The views that lie on each other, the lowest first.
        self.stack: list[str] = []
        self.homes: dict[str, Json] = {}
        #: Messages that are handed out in one go.
        self.most_messages = 1_000
        self.statuses: dict[tuple[str, str], str] = {}
        #: Whether the app is declared an agent; the status of each thread's agent session.
        self.agent = True
        self.agent_sessions: dict[tuple[str, str], str] = {}
        self.files: dict[str, Json] = {}
        #: Ids of files that were asked for.
        self.downloads: list[str] = []
        #: Address → answers by it.
        self.answers: dict[str, list[Json]] = defaultdict(list)
        #: Triggers → "new", "used", "expired".
        self.triggers: dict[str, str] = {}
        self._clock = int(time.time())
        self.streams = Streams()

    # --- set up and look ---

    def room(self, id: str, *members: str) -> Room:
        """A channel with FlowPilot and these people in it."""
        return self.rooms.setdefault(id, Room(id=id, members={BOT, *members}))

    def say(self, channel: str, user: str, text: str, thread: str = "") -> str:
        """A person's message; its ts."""
        message = {"type": "message", "user": user, "text": text, "ts": self._ts()}
        self.rooms[channel].messages.append(message | ({"thread_ts": thread} if thread else {}))
        return str(message["ts"])

    def posted(self, channel: str) -> list[Json]:
        """FlowPilot's messages there."""
        return [message for message in self.rooms[channel].messages if message["user"] == BOT]

    def called(self, method: str) -> list[Mapping[str, Any]]:
        """The fields of every call of a method."""
        return [call.fields for call in self.calls if call.method == method]

    @asynccontextmanager
    async def running(self) -> "AsyncIterator[SlackApi]":
        """Listen on a free port of loopback."""
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self.answer)
        app.router.add_post("/response/{id}", self.take_response)
        app.router.add_post("/upload/{id}", self._upload)
        app.router.add_get("/files/{id}", self._download)
        async with TestServer(app) as server:
            self.url = str(server.make_url("/api/"))
            try:
                yield self
            finally:
                self.go_on.set()

    def streams_die(self) -> None:
        """Five minutes have passed: Slack closes every stream."""
        for room in self.rooms.values():
            for message in room.messages:
                message.pop("streaming", None)

    # --- the ways in ---

    async def answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        fields = await _fields(request)
        self.calls.append(Call(method, fields))
        trouble = self.trouble(method, fields)
        if trouble is not None and trouble.kind == "cut":
            return dropped(request)
        if trouble is not None and trouble.kind == "fail":
            return refusal(trouble)
        try:
            self._authenticate(request)
            self.streams.count(method)
            answer = {"ok": True, **self._do(method, fields)}
        except Limited as limited:
            return refusal(Trouble("fail", retry_after=limited.seconds))
        except Refused as refused:
            answer = {"ok": False, "error": refused.error, **refused.more}
        if trouble is not None and trouble.kind == "lose":
            return dropped(request)
        if trouble is not None and trouble.kind == "stall":
            self.stalled.set()
            await self.go_on.wait()
        return web.json_response(answer)

    async def take_response(self, request: web.Request) -> web.Response:
        id = request.match_info["id"]
        body = await request.json()
        if len(self.answers[id]) >= 5:
            return web.Response(status=404, text="used_url")
        if id.startswith("expired"):
            return web.Response(status=404, text="expired_url")
        if wrong := wrong_message(body):
            return web.Response(status=400, text=wrong)
        if self._seen(body):
            self.answers[id].append(body)
        else:
            self.unseen.append(body)
        return web.Response(text="ok")

    async def _upload(self, request: web.Request) -> web.Response:
        return await taken(self.files[request.match_info["id"]], request)

    async def _download(self, request: web.Request) -> web.Response:
        trouble = self.trouble("download")
        if trouble is not None and trouble.kind == "fail":
            return refusal(trouble)
        if trouble is not None and trouble.kind == "stall":
            self.stalled.set()
            await self.go_on.wait()
        self.downloads.append(request.match_info["id"])
        return handed_out(self.files[self.downloads[-1]], request, self.token)

    def _authenticate(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "")
        if not given:
            raise Refused("not_authed")
        if self.revoked:
            raise Refused("token_revoked")
        if given != f"Bearer {self.token}":
            raise Refused("invalid_auth")

    def _do(self, method: str, fields: Json) -> Json:
        do = getattr(self, "_" + method.replace(".", "_"), None)
        if do is None:
            raise Refused("unknown_method")
        done: Json = do(fields)
        return done

    # --- methods ---

    def _auth_test(self, fields: Json) -> Json:
        above = {"enterprise_id": self.organisation} if self.organisation else {}
        return {"team": self.name, "team_id": self.team, "user_id": BOT, "bot_id": "B0FLOWPILOT", **above}

    def _users_info(self, fields: Json) -> Json:
        if fields["user"] not in self.users:
            raise Refused("user_not_found")
        return {"user": {"id": fields["user"], **self.users[fields["user"]]}}

    def _chat_postMessage(self, fields: Json) -> Json:
        room = self._rooms.open(fields["channel"])
        if wrong := wrong_message(fields):
            raise Refused(wrong)
        message = {"type": "message", "user": BOT, "ts": self._ts(), "text": fields.get("text", "")}
        message |= {key: fields[key] for key in ("blocks", "metadata", "thread_ts") if fields.get(key)}
        room.messages.append(message)
        return {"channel": room.id, "ts": message["ts"], "message": message}

    def _chat_update(self, fields: Json) -> Json:
        message = self._mine(fields)
        if "streaming" in message:  # not documented, but a client that ends its streams does not depend on it
            raise Refused("cant_update_message")
        if wrong := wrong_message(fields, update=True):
            raise Refused(wrong)
        message["text"], message["blocks"] = fields.get("text", ""), fields.get("blocks") or []
        if "metadata" in fields:
            message["metadata"] = fields["metadata"]
        message["edits"] = message.get("edits", 0) + 1
        return {"channel": fields["channel"], "ts": fields["ts"], "text": message["text"]}

    def _chat_startStream(self, fields: Json) -> Json:
        room = self._rooms.open(fields["channel"])
        message = self.streams.started(fields, self._ts(), BOT)
        self._find(room.id, fields["thread_ts"], "thread_not_found")
        room.messages.append(message)
        return {"channel": room.id, "ts": message["ts"]}

    def _chat_appendStream(self, fields: Json) -> Json:
        self.streams.append(self._mine(fields), fields["markdown_text"])
        return {"channel": fields["channel"], "ts": fields["ts"]}

    def _chat_stopStream(self, fields: Json) -> Json:
        self.streams.stop(self._mine(fields))
        return {"channel": fields["channel"], "ts": fields["ts"]}

    def _chat_delete(self, fields: Json) -> Json:
        self._rooms.seen(fields["channel"]).messages.remove(self._mine(fields))
        return {"channel": fields["channel"], "ts": fields["ts"]}

    def _chat_postEphemeral(self, fields: Json) -> Json:
        room = self._rooms.open(fields["channel"], posting=False)
        if fields["user"] not in room.members:
            raise Refused("user_not_in_channel")
        if wrong := wrong_message(fields):
            raise Refused(wrong)
        whisper = {**fields, "ts": self._ts()}
        (self.whispers if self._seen(fields) else self.unseen).append(whisper)
        return {"message_ts": whisper["ts"]}

    def _chat_getPermalink(self, fields: Json) -> Json:
        self._find(fields["channel"], fields["message_ts"])
        name = fields["message_ts"].replace(".", "")
        return {"permalink": f"https://northwind.slack.com/archives/{fields['channel']}/p{name}"}

    def _conversations_info(self, fields: Json) -> Json:
        return self._rooms.info(fields)

    def _conversations_members(self, fields: Json) -> Json:
        return self._rooms.members(fields)

    def _conversations_open(self, fields: Json) -> Json:
        if fields["users"] in self.strangers:
            raise Refused("user_not_found")
        return {"channel": {"id": self.room(f"D{fields['users'][1:]}", fields["users"]).id}}

    def _conversations_replies(self, fields: Json) -> Json:
        room = self._rooms.read(fields["channel"])
        root = self._find(room.id, fields["ts"], "thread_not_found")
        replies = [m for m in room.messages if m.get("thread_ts") == root["ts"]]
        return self._page([root, *replies], fields, keep=root)

    def _conversations_history(self, fields: Json) -> Json:
        roots = [m for m in self._rooms.read(fields["channel"]).messages if not m.get("thread_ts")]
        return self._page(roots[::-1], fields)

    def _page(self, messages: list[Json], fields: Json, keep: Json | None = None) -> Json:
        oldest = float(fields.get("oldest") or 0)
        messages = [m for m in messages if m is keep or float(m["ts"]) > oldest]
        start, limit = int(fields.get("cursor") or 0), min(int(fields.get("limit") or 100), self.most_messages)
        page = [dict(message) for message in messages[start : start + limit]]
        if str(fields.get("include_all_metadata")).lower() not in ("true", "1"):
            for message in page:
                message.pop("metadata", None)
        more = start + limit < len(messages)
        return {"messages": page, "response_metadata": {"next_cursor": str(start + limit) if more else ""}}

    def _views_open(self, fields: Json) -> Json:
        state = self.triggers.get(fields["trigger_id"])
        if state != "new":
            raise Refused(
                {"used": "exchanged_trigger_id", "expired": "expired_trigger_id"}.get(state or "", "invalid_trigger_id")
            )
        self.triggers[fields["trigger_id"]] = "used"
        view = self._valid(fields["view"])
        id = view.get("external_id") or f"V{len(self.views)}"
        if id in self.views:
            raise Refused("duplicate_external_id")
        self.views[id], self.stack = view, [id]
        return {"view": {**view, "id": f"V-{id}"}}

    def _views_push(self, fields: Json) -> Json:
        if len(self.stack) >= 3:
            raise Refused("push_limit_reached")
        below = self.stack or ["below"]
        answer = self._views_open(fields)
        self.stack = [*below, *self.stack]
        return answer

    def _views_update(self, fields: Json) -> Json:
        id = fields.get("external_id") or str(fields.get("view_id")).removeprefix("V-")
        if id not in self.views:
            raise Refused("not_found")
        view, named = self._valid(fields["view"]), fields["view"].get("external_id") or id
        del self.views[id]
        self.views[named] = view
        self.stack = [named if each == id else each for each in self.stack]
        return {"view": view}

    def _views_publish(self, fields: Json) -> Json:
        self.homes[fields["user_id"]] = self._valid(fields["view"])
        return {"view": fields["view"]}

    def _files_info(self, fields: Json) -> Json:
        if fields["file"] not in self.files:
            raise Refused("file_not_found")
        return {"file": self.files[fields["file"]]["about"]}

    def _files_getUploadURLExternal(self, fields: Json) -> Json:
        id = f"F{len(self.files)}"
        self.files[id] = {"name": fields["filename"], "length": int(fields["length"])}
        return {"upload_url": self.url.replace("/api/", f"/upload/{id}"), "file_id": id}

    def _files_completeUploadExternal(self, fields: Json) -> Json:
        for file in fields["files"]:
            if "content" not in self.files.get(file["id"], {}):
                raise Refused("file_not_found")
        room, thread = self._rooms.open(fields["channel_id"], posting=False), fields.get("thread_ts", "")
        for file in fields["files"]:
            self.files[file["id"]] |= {"channel": room.id, "thread": thread}
        message = {"type": "message", "user": BOT, "ts": self._ts(), "text": "", "files": fields["files"]}
        room.messages.append(message | ({"thread_ts": thread} if thread else {}))
        return {"files": fields["files"]}

    def _assistant_threads_setStatus(self, fields: Json) -> Json:
        self.statuses[fields["channel_id"], fields["thread_ts"]] = fields["status"]
        return {}

    def _agents_sessions_setStatus(self, fields: Json) -> Json:
        if not self.agent:
            raise Refused("not_authorized")
        if fields["status"] not in ("active", "processing", "suspended", "closed"):
            raise Refused("invalid_arguments")
        self.agent_sessions[fields["channel_id"], fields["thread_ts"]] = fields["status"]
        return {"status": fields["status"]}

    # --- what they share ---

    def _seen(self, whisper: Json) -> bool:
        thread = whisper.get("thread_ts")
        messages = (message for room in self.rooms.values() for message in room.messages)
        return not thread or thread in self.threads or any(m.get("thread_ts") == thread for m in messages)

    def _find(self, channel: str, ts: str, missing: str = "message_not_found") -> Json:
        found = next((m for m in self._rooms.seen(channel).messages if m["ts"] == ts), None)
        if found is None:
            raise Refused(missing)
        return found

    def _mine(self, fields: Json) -> Json:
        message = self._find(fields["channel"], fields["ts"])
        if message["user"] != BOT:
            raise Refused("cant_update_message")
        return message

    def _valid(self, view: Json) -> Json:
        if wrong := wrong_view(view):
            raise Refused(wrong)
        return view

    def _ts(self) -> str:
        self._clock += 1
        return f"{self._clock}.000100"


async def _fields(request: web.Request) -> Json:
    if request.content_type == "application/json":
        body: Json = await request.json()
        return body
    given = {**request.query, **{key: str(value) for key, value in (await request.post()).items()}}
    return {key: json.loads(value) if key in ("blocks", "metadata", "view") else value for key, value in given.items()}
