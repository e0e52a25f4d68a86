"""Files as Slack takes them and hands them out: by the length that was said, and to who has the token."""

from typing import Any

from aiohttp import web

__all__ = ["handed_out", "taken"]

Json = dict[str, Any]


async def taken(file: Json, request: web.Request) -> web.Response:
    """Keep what is uploaded."""
    content = await request.read()
    if len(content) != file["length"]:
        return web.Response(status=400, text="wrong length")
    file["content"] = content
    return web.Response(text=f"OK - {len(content)}")


def handed_out(file: Json, request: web.Request, token: str) -> web.Response:
    """Its content; a redirect to the sign-in, or to where it has `moved`, otherwise; a status when it is `broken`."""
    if status := file.get("broken"):
        return web.Response(status=status)
    if location := file.get("moved"):
        return web.Response(status=302, headers={"Location": location})
    allowed = request.headers.get("Authorization") == f"Bearer {token}"
    return web.Response(status=200 if allowed else 302, body=file["content"])
