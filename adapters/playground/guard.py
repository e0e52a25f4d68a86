"""What every answer of the playground keeps to: who may ask, which headers go out, and how a failure reads.

There is no login, so the page must be out of reach for other pages: the Host must be one that we listen on, which stops DNS
rebinding, and a browser's Origin must be that same host, which stops posts from other sites.
"""

import ipaddress
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from aiohttp import web

from core.errors import FlowPilotError, NotFound

__all__ = ["HEADERS", "Declined", "Handler", "Hosts", "guarded", "read_body"]

logger = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: The longest request, in bytes: a message of 100,000 characters of any script fits, and core decides about it.
MAX_BODY = 512 * 1024

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Declined(Exception):
    """The request cannot be served; `sentence` tells the person at the page why."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class Hosts:
    """Which Host headers are ours: the address that the server listens on, and the further `names` it is known by."""

    def __init__(self, listening: str, names: Sequence[str] = ()) -> None:
        self._name = listening.strip("[]").lower()
        self._names = {self._name, "localhost", *(name.lower() for name in names)}

    def allows(self, header: str) -> bool:
        """Whether a Host header names this server: its own name, or an address where it listens.

        The port is not compared: behind a port mapping it is another one, and an Origin must repeat it anyway.
        """
        try:
            name = (urlsplit(f"//{header}").hostname or "").lower()
        except ValueError:
            return False
        if name and name in self._names:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or self._everywhere()

    def _everywhere(self) -> bool:
        """An address typed as digits cannot be rebound, so any will do where we listen on all of them."""
        return self._name in ("0.0.0.0", "::")  # noqa: S104  (compared, not bound)


def guarded(handler: Handler, hosts: Hosts, *, fresh: bool = True) -> Handler:
    """The handler behind all checks. `fresh`: the answer holds data and is kept by no cache."""

    async def serve(request: web.Request) -> web.StreamResponse:
        try:
            _check_origin(request, hosts)
            response = await handler(request)
        except (Declined, NotFound) as error:
            response = _declined(error)
        except web.HTTPException:
            raise
        except Exception as error:
            response = _failed(error)
        if not response.prepared:
            response.headers.update(HEADERS)
            response.headers["Cache-Control"] = "no-store" if fresh else "no-cache"
        return response

    return serve


async def read_body(request: web.Request) -> bytes:
    """The body, or a clear refusal when it is not JSON or too long."""
    if request.content_type != "application/json":
        raise Declined(415, "The playground takes JSON only.")
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            raise Declined(413, f"That is too long: one message may have {MAX_BODY // 1024} kilobytes.")
    return bytes(body)


def _check_origin(request: web.Request, hosts: Hosts) -> None:
    host = request.headers.get("Host", "")
    if not hosts.allows(host):
        raise Declined(403, "The playground answers only under the address it listens on, such as http://localhost.")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        raise Declined(403, "The playground answers its own page only, not pages of other sites.")
    if request.path != "/" and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise Declined(403, "The playground answers its own page only, not pages of other sites.")


def _declined(error: Exception) -> web.Response:
    status = error.status if isinstance(error, Declined) else 404
    return web.json_response({"error": str(error)}, status=status)


def _failed(error: Exception) -> web.Response:
    reference = secrets.token_hex(4)
    logger.error("playground request failed, reference %s", reference, exc_info=error)
    known = isinstance(error, FlowPilotError)
    sentence = "The playground could not do that just now" if known else "Something went wrong in the playground"
    return web.json_response(
        {"error": f"{sentence}; try again. Reference {reference}.", "reference": reference}, status=500
    )
