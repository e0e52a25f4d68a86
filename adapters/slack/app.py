"""The Bolt app: one listener for each kind of payload, since Bolt's matching is linear. What is done is core's to say.

Clicks, which are most of what comes in, go to their listener at once (docs/performance.md).

Every listener commits first and acknowledges then; whatever else Slack is told goes out afterwards. A payload that could not be
taken is answered with 503, and Slack brings it again.
"""

import asyncio
import logging
import os
import re
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization.authorize_result import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.events import Application, Events
from adapters.slack.inbound import Bot, Reader
from adapters.slack.payloads import part, word, workspace_of
from adapters.slack.render_forms import suggested
from adapters.slack.replies import Origin, Replies
from core.errors import BadCommand, Fault, InvalidInput
from core.ports import Inbound
from core.views import FieldErrors, Notice, Options, Reply

__all__ = ["SlackApp"]

log = logging.getLogger(__name__)

Body = dict[str, Any]
Read = Callable[[Body], Inbound | None]
_ALL = re.compile("")

#: Answers to forms that stayed open, kept to answer a repeat of them in the same way.
REMEMBERED = 500
#: Seconds that replies under way have when the process stops.
LAST_WORDS = 5.0
#: What Bolt takes from the environment by itself; with the client's id and secret it would keep installations in files.
_BOLTS_OWN = (
    "SLACK_BOT_TOKEN",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_SIGNING_SECRET",
    "SLACK_VERIFICATION_TOKEN",
)


class SlackApp:
    """Takes the payloads of one workspace, however they arrive, and answers each as Slack wants it answered."""

    def __init__(
        self, application: Application, reader: Reader, replies: Replies, events: Events, client: AsyncWebClient
    ) -> None:
        self._application = application
        self._reader = reader
        self._replies = replies
        self._events = events
        self._errors: dict[str, FieldErrors] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._bolt = self._listening(client, reader.bot)

    async def dispatch(self, body: Body) -> BoltResponse:
        """The answer to a payload that is known to come from Slack."""
        if not self._ours(body):
            log.warning("slack.foreign_workspace", extra={"kind": word(body, "type", "command")})
            return BoltResponse(status=200)
        if word(body, "type") == "block_actions":  # Bolt's way to the same listener takes longer than all of ours
            return await self._action(body)
        return await self._bolt.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))

    async def settled(self) -> None:
        """Wait until what is under way has been said."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Let replies under way go out, and stop those that take too long."""
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=LAST_WORDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _listening(self, client: AsyncWebClient, bot: Bot) -> AsyncApp:
        result = AuthorizeResult(
            enterprise_id=None, team_id=bot.team, bot_id=bot.id, bot_user_id=bot.user, bot_token=client.token
        )

        async def authorize() -> AuthorizeResult:
            return result

        with _without_environment():
            app = AsyncApp(
                name="flowpilot",
                client=AsyncWebClient(base_url=client.base_url),  # Bolt itself calls nothing
                authorize=authorize,
                process_before_response=True,
                request_verification_enabled=False,
                ignoring_self_events_enabled=False,
                ssl_check_enabled=False,
                url_verification_enabled=False,
                attaching_function_token_enabled=False,
                attaching_conversation_kwargs_enabled=False,
            )
        app.event(_ALL)(self._event)
        app.view_submission(_ALL)(self._submission)
        app.shortcut(_ALL)(self._shortcut)
        app.command(_ALL)(self._command)
        app.options(_ALL)(self._options)
        return app

    async def _event(self, body: Body) -> BoltResponse:
        kind = word(part(body, "event"), "type")
        if kind == "agent_session_stopped":
            return await self._taken(body, self._reader.stopped, Origin.MESSAGE) or BoltResponse(status=200)
        if kind not in ("message", "app_mention"):
            return await self._beside(body, kind)
        response = await self._taken(body, self._reader.message, Origin.MESSAGE)
        return response or BoltResponse(status=200)

    async def _beside(self, body: Body, kind: str) -> BoltResponse:
        """Events that are no words: the home tab, people, channels joined, the app removed."""
        try:
            await self._events.keep(kind, body)
        except Fault as error:
            return _not_now(error)
        self._later(self._events.take(kind, body))
        return BoltResponse(status=200)

    async def _action(self, body: Body) -> BoltResponse:
        kind = word(part(body, "view"), "type")
        origin = {"modal": Origin.MODAL, "home": Origin.HOME}.get(kind, Origin.CLICK)
        return await self._taken(body, self._reader.action, origin) or BoltResponse(status=200)

    async def _options(self, body: Body) -> BoltResponse:
        """What a field offers for what was typed. Nothing where it cannot be said: the engineer types on."""
        try:
            reply = await self._application.handle(self._reader.suggestion(body))
        except (BadCommand, InvalidInput, Fault) as error:
            log.warning("slack.no_options", extra={"why": str(error)})
            reply = Options(items=())
        return _json(suggested(reply.items if isinstance(reply, Options) else ()))

    async def _shortcut(self, body: Body) -> BoltResponse:
        return await self._taken(body, self._reader.shortcut, Origin.CLICK) or BoltResponse(status=200)

    async def _command(self, body: Body) -> BoltResponse:
        return await self._taken(body, self._reader.command, Origin.CLICK) or BoltResponse(status=200)

    async def _submission(self, body: Body) -> BoltResponse:
        view = part(body, "view")
        try:
            inbound = self._reader.submission(body)
            reply = await self._application.handle(inbound)
        except InvalidInput as error:
            return _json(self._replies.errors(view, FieldErrors(fields=error.fields)))
        except BadCommand as error:
            return _json(self._replies.pushed(Notice(markdown=str(error), error=True), view))
        except Fault as error:
            return _not_now(error)
        reply = self._remembered(inbound.keys[0], reply)
        self._later(self._replies.give(inbound, reply, Origin.FORM))
        return _json(self._replies.acknowledgement(inbound, reply, view))

    def _remembered(self, key: str, reply: Reply) -> Reply:
        """A repeat of what was refused for its fields is refused again, lest the form close on it."""
        if isinstance(reply, FieldErrors):
            while len(self._errors) >= REMEMBERED:
                del self._errors[next(iter(self._errors))]
            self._errors[key] = reply
            return reply
        return self._errors.get(key, reply)

    async def _taken(self, body: Body, read: Read, origin: Origin) -> BoltResponse | None:
        """Read, commit, and see that the reply is given later. None when all went well."""
        try:
            inbound = read(body)
            if inbound is None:
                return None
            reply = await self._application.handle(inbound)
        except (BadCommand, InvalidInput) as error:
            self._later(self._replies.refuse(body, str(error), origin))
            return None
        except Fault as error:
            return _not_now(error)
        if self._replies.gives(reply, origin):
            self._later(self._replies.give(inbound, reply, origin))
        if inbound.place is not None and self._events.first_met(inbound.place.channel):
            self._later(self._events.meet(inbound.place.channel))
        if origin is Origin.MESSAGE:
            self._later(self._events.read_files(body, inbound))
        elif origin is Origin.HOME:
            self._later(self._events.refresh_home(inbound))
        return None

    def _later(self, what: Coroutine[Any, Any, None]) -> None:
        """After the acknowledgement, in the background."""
        task = asyncio.create_task(_logged(what))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _ours(self, body: Mapping[str, Any]) -> bool:
        """Whether it is of the workspace that the token is for: nothing crosses accounts."""
        return workspace_of(body) == self._reader.bot.team


def _json(body: Mapping[str, object] | None) -> BoltResponse:
    return BoltResponse(status=200) if body is None else BoltResponse(status=200, body=dict(body))


@contextmanager
def _without_environment() -> Iterator[None]:
    """Keep Bolt from settings of its own while an app is made, which does not wait for anything."""
    hidden = {name: value for name in _BOLTS_OWN if (value := os.environ.pop(name, None)) is not None}
    try:
        yield
    finally:
        os.environ.update(hidden)


def _not_now(error: Fault) -> BoltResponse:
    log.warning("slack.not_taken", extra={"why": str(error)})
    return BoltResponse(status=503)


async def _logged(what: Coroutine[Any, Any, None]) -> None:
    try:
        await what
    except Fault as error:
        log.warning("slack.afterwards", extra={"why": str(error)})
    except Exception:
        log.exception("slack.afterwards")
