"""The pages that somebody sees who installs FlowPilot: plain words, nothing from elsewhere, no script."""

import base64
import hashlib
from html import escape

from aiohttp import web

__all__ = ["page"]

_STYLE = "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}a{font-weight:600}"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def page(title: str, *paragraphs: str, link: tuple[str, str] | None = None, status: int = 200) -> web.Response:
    """A page of plain texts, which are escaped, and at its end a link: (address, words)."""
    body = [f"<p>{escape(text)}</p>" for text in paragraphs]
    if link is not None:
        body.append(f'<p><a href="{escape(link[0])}">{escape(link[1])}</a></p>')
    html = _PAGE.format(title=escape(title), style=_STYLE, body="\n".join(body))
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    return web.Response(text=html, content_type="text/html", charset="utf-8", status=status, headers=headers)
