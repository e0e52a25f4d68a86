"""What Slack's settings need beside each other: one workspace by its token, or many by OAuth; HTTP, Socket Mode, or both."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from bot.settings_fields import is_loopback

__all__ = ["incomplete_slack"]


def incomplete_slack(
    *, bot_token: str, signing_secret: str, app_token: str, client_id: str, client_secret: str, public_url: str
) -> Sequence[str]:
    """Why Slack cannot be run so, a sentence each that says how to mend it."""
    if client_id or client_secret:
        return _incomplete_oauth(bot_token, signing_secret, client_id, client_secret, public_url)
    if bot_token and not (signing_secret or app_token):
        return [
            "SLACK_BOT_TOKEN is set, but no way for Slack to reach FlowPilot: set SLACK_SIGNING_SECRET for HTTP, "
            "or SLACK_APP_TOKEN for Socket Mode, which needs no public address."
        ]
    if (signing_secret or app_token) and not bot_token:
        named = "SLACK_SIGNING_SECRET" if signing_secret else "SLACK_APP_TOKEN"
        return [
            f"{named} is set, but SLACK_BOT_TOKEN is missing: set it to the bot token that Slack shows under Install App."
        ]
    return ()


def _incomplete_oauth(
    bot_token: str, signing_secret: str, client_id: str, client_secret: str, public_url: str
) -> Sequence[str]:
    """Of an app for many workspaces. Socket Mode may stand beside HTTP, which the install pages need anyway."""
    if bot_token:
        return [
            "SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set: keep SLACK_BOT_TOKEN for one workspace, or SLACK_CLIENT_ID "
            "and SLACK_CLIENT_SECRET for many, which are installed by /slack/install."
        ]
    needed = {
        "SLACK_CLIENT_ID": client_id,
        "SLACK_CLIENT_SECRET": client_secret,
        "SLACK_SIGNING_SECRET": signing_secret,
    }
    problems = []
    if missing := [name for name, value in needed.items() if not value]:
        problems.append(
            f"Slack in many workspaces lacks {' and '.join(missing)}: set it to what Slack shows under Basic Information."
        )
    public = urlsplit(public_url)
    if public.scheme != "https" and not (public.scheme == "http" and is_loopback(public.hostname or "")):
        problems.append(
            "Slack sends people who install FlowPilot back to FLOWPILOT_PUBLIC_URL: set it to the https address that "
            "leads here, such as https://flowpilot.example.com."
        )
    return problems
