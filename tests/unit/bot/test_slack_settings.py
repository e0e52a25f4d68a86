"""Slack's credentials: under their own names, complete, and each of the right kind."""

import pytest

from bot.settings import Settings, load_settings
from core.errors import Misconfigured
from storage.secrets import new_key

BOT = "xoxb-1-2-abc"
APP = "xapp-1-A-abc"
SIGNING = "8f742231b10e8888abcd99"
CLIENT = "123456.7890"
PUBLIC = "https://flowpilot.example.com"
MANY = {
    "SLACK_CLIENT_ID": CLIENT,
    "SLACK_CLIENT_SECRET": SIGNING,
    "SLACK_SIGNING_SECRET": SIGNING,
    "FLOWPILOT_PUBLIC_URL": PUBLIC,
}


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    monkeypatch.setenv("FLOWPILOT_ENCRYPTION_KEY", new_key())
    for name, value in values.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("way", [{"SLACK_SIGNING_SECRET": SIGNING}, {"SLACK_APP_TOKEN": APP}])
def test_a_token_and_a_way_in_make_slack_a_platform(monkeypatch: pytest.MonkeyPatch, way: dict[str, str]) -> None:
    """The playground is then off unless it is asked for."""
    given(monkeypatch, SLACK_BOT_TOKEN=BOT, **way)
    settings = load_settings()
    assert list(settings.platforms) == ["slack"]
    assert not settings.playground_on
    assert BOT not in repr(settings)


@pytest.mark.parametrize("more", [{}, {"SLACK_APP_TOKEN": APP}])
def test_a_client_id_makes_slack_a_platform_of_many_workspaces(
    monkeypatch: pytest.MonkeyPatch, more: dict[str, str]
) -> None:
    """Over HTTP, which the install pages need, and Socket Mode beside it."""
    given(monkeypatch, **MANY, **more)
    settings = load_settings()
    assert (list(settings.platforms), settings.slack_many) == (["slack"], True)
    assert SIGNING not in repr(settings)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"SLACK_BOT_TOKEN": BOT},
            "SLACK_BOT_TOKEN is set, but no way for Slack to reach FlowPilot: set SLACK_SIGNING",
        ),
        ({"SLACK_SIGNING_SECRET": SIGNING}, "SLACK_SIGNING_SECRET is set, but SLACK_BOT_TOKEN is missing"),
        ({"SLACK_APP_TOKEN": APP}, "SLACK_APP_TOKEN is set, but SLACK_BOT_TOKEN is missing"),
        (
            {"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": SIGNING, "SLACK_CLIENT_ID": CLIENT},
            "SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set: keep SLACK_BOT_TOKEN for one workspace",
        ),
        (
            {"SLACK_CLIENT_ID": CLIENT, "FLOWPILOT_PUBLIC_URL": PUBLIC},
            "Slack in many workspaces lacks SLACK_CLIENT_SECRET and SLACK_SIGNING_SECRET: set it to what Slack shows",
        ),
        (
            {"SLACK_CLIENT_SECRET": SIGNING, "SLACK_SIGNING_SECRET": SIGNING, "FLOWPILOT_PUBLIC_URL": PUBLIC},
            "Slack in many workspaces lacks SLACK_CLIENT_ID:",
        ),
        ({**MANY, "FLOWPILOT_PUBLIC_URL": ""}, "Slack sends people who install FlowPilot back to FLOWPILOT_PUBLIC_URL"),
        (
            {**MANY, "FLOWPILOT_PUBLIC_URL": "http://flowpilot.example.com"},
            "set it to the https address that leads here",
        ),
        ({**MANY, "SLACK_CLIENT_ID": "A0FLOWPILOT"}, "SLACK_CLIENT_ID (A0FLOWPILOT) must be a client id"),
        ({"SLACK_BOT_TOKEN": APP}, "SLACK_BOT_TOKEN must be a bot token, which begins with xoxb-."),
        ({"SLACK_APP_TOKEN": BOT}, "SLACK_APP_TOKEN must be an app-level token, which begins with xapp-."),
        ({"SLACK_SIGNING_SECRET": "short"}, "SLACK_SIGNING_SECRET must be the signing secret, of 8 characters"),
        ({"SLACK_API_URL": "http://slack.example.com/api/"}, "SLACK_API_URL (http://slack.example.com/api/) must be"),
        ({"FLOWPILOT_OWNER": "erin"}, "FLOWPILOT_OWNER (erin) must be an e-mail address."),
        ({"FLOWPILOT_SLACK_BOT_TOKEN": BOT}, "FLOWPILOT_SLACK_BOT_TOKEN is not a setting of FlowPilot"),
    ],
)
def test_what_is_incomplete_or_mixed_up_is_refused(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], said: str
) -> None:
    """One sentence with the remedy, and no secret in it."""
    given(monkeypatch, **values)
    with pytest.raises(Misconfigured) as caught:
        load_settings()
    assert said in str(caught.value)
    assert "abc" not in str(caught.value)


def test_a_platform_needs_a_key_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Handles of private views are stored, encrypted."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", BOT)
    monkeypatch.setenv("SLACK_APP_TOKEN", APP)
    with pytest.raises(Misconfigured, match="FLOWPILOT_ENCRYPTION_KEY is missing"):
        load_settings()


def test_the_api_may_lie_on_this_computer() -> None:
    """For tests; its address always ends with a slash."""
    assert Settings(slack_api_url="http://127.0.0.1:3900/api").slack_api_url == "http://127.0.0.1:3900/api/"
