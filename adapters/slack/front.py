"""The HTTP side: signed requests from Slack, verified here and handed to Bolt as they would come over Socket Mode."""

import logging
from time import time

from aiohttp import web
from slack_bolt.response import BoltResponse

from adapters.slack.bodies import read_body
from adapters.slack.signature import signed
from adapters.slack.socket import Dispatch

__all__ = ["PATH", "slack_routes"]

log = logging.getLogger(__name__)

PATH = "/slack/events"


def slack_routes(dispatch: Dispatch, signing_secret: str) -> list[web.RouteDef]:
    """The one route for events, interactivity and slash commands."""
    front = _Front(dispatch, signing_secret)
    return [web.post(PATH, front.take)]


class _Front:
    """The handler."""

    def __init__(self, dispatch: Dispatch, signing_secret: str) -> None:
        self._dispatch = dispatch
        self._secret = signing_secret

    async def take(self, request: web.Request) -> web.Response:
        """401 for what Slack did not sign, 400 for what cannot be read; else what Bolt answers."""
        raw = await request.read()
        headers = request.headers
        timestamp = headers.get("X-Slack-Request-Timestamp", "")
        if not signed(self._secret, timestamp, raw, headers.get("X-Slack-Signature", ""), now=time()):
            log.warning("slack.unsigned", extra={"from": request.remote or ""})
            return web.Response(status=401)
        body = read_body(raw, headers.get("Content-Type", ""))
        if body is None:
            return web.Response(status=400)
        if body.get("type") == "url_verification":
            return web.json_response({"challenge": str(body.get("challenge", ""))})
        if "ssl_check" in body:
            return web.Response()
        return _answer(await self._dispatch(body))


def _answer(response: BoltResponse) -> web.Response:
    if not response.body:
        return web.Response(status=response.status)
    kind = "application/json" if response.body.startswith("{") else "text/plain"
    return web.Response(status=response.status, text=response.body, content_type=kind)
