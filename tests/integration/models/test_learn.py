"""Microsoft Learn beside Claude: for turns only, and never in the way of an answer."""

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count

import anthropic
import pytest

from adapters.models.anthropic.client import AnthropicProvider, connect
from adapters.models.anthropic.learn import REST, Learn
from core.errors import ExtraFailed, Rejected, Unavailable
from core.ports import Heard
from core.prompts import Purpose
from core.thinking.asking import Asker
from core.usage.model import End, Usage
from tests.fakes.messages_api import KEY, MessagesApi, Trouble
from tests.integration.models.test_anthropic import REQUEST, TEXT, asked

SERVER = {"type": "url", "name": "microsoft-learn", "url": "https://learn.microsoft.com/api/mcp"}
NAMED = "Connection error while communicating with MCP server 'microsoft-learn'."


def refused(status: int, type: str, message: str = NAMED) -> Trouble:
    return Trouble(kind="status", status=status, type=type, message=message)


@pytest.fixture
async def claude(api: MessagesApi) -> AsyncIterator[AnthropicProvider]:
    async with connect(KEY, api.base_url, learn=True) as provider:
        yield provider


def with_learn(api: MessagesApi) -> list[bool]:
    return ["mcp_servers" in body for body in api.requests]


async def test_a_turn_may_look_things_up_and_a_note_may_not(api: MessagesApi, claude: AnthropicProvider) -> None:
    api.answers = [TEXT, TEXT]
    completion, heard = await asked(claude)
    await asked(claude, replace(REQUEST, purpose=Purpose.RESOLUTION))
    assert with_learn(api) == [True, False]
    assert api.requests[0]["mcp_servers"] == [SERVER]
    assert (completion.text, "".join(heard)) == (TEXT, TEXT)


async def test_what_was_looked_up_stands_between_two_texts(api: MessagesApi, claude: AnthropicProvider) -> None:
    api.answers, api.looks_up_after, api.piece = ["I look it up.Restart the spooler."], 13, 13
    completion, heard = await asked(claude)
    assert completion.text == "I look it up.\n\nRestart the spooler."
    assert "".join(heard) == completion.text


@pytest.mark.parametrize(
    "trouble",
    [
        refused(400, "invalid_request_error"),
        refused(400, "invalid_request_error", "mcp_servers: Extra inputs are not permitted"),
        refused(500, "api_error", "Internal server error"),
        refused(504, "timeout_error", "Timed out"),
    ],
    ids=["named", "unknown to a gateway", "500", "504"],
)
async def test_a_call_that_fails_by_it_says_so_and_the_next_one_goes_without_it(
    api: MessagesApi, claude: AnthropicProvider, trouble: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    api.troubles, api.answers = [trouble], [TEXT]
    with pytest.raises(ExtraFailed):
        await asked(claude)
    assert "model.without_learn" in caplog.text
    completion, heard = await asked(claude)
    assert (completion.text, "".join(heard)) == (TEXT, TEXT)
    await asked(claude)
    assert with_learn(api) == [True, False, False], "it is left alone for a while"


@pytest.mark.parametrize(
    ("trouble", "fault"),
    [
        (refused(529, "overloaded_error", "Overloaded"), Unavailable),
        (refused(429, "rate_limit_error", "Slow down"), Unavailable),
        (refused(401, "authentication_error", "invalid x-api-key"), Rejected),
        (refused(400, "invalid_request_error", "prompt is too long"), Rejected),
    ],
)
async def test_what_is_not_its_fault_is_not_repeated(
    api: MessagesApi, claude: AnthropicProvider, trouble: Trouble, fault: type[Exception]
) -> None:
    api.troubles = [trouble]
    with pytest.raises(fault):
        await asked(claude)
    await asked(claude)
    assert with_learn(api) == [True, True]


@pytest.mark.parametrize("how", ["midway", "paused"])
async def test_whoever_asks_begins_anew_and_counts_both_calls(
    api: MessagesApi, claude: AnthropicProvider, how: str
) -> None:
    """The provider charges for what it read before it failed, or before it wanted to be asked to go on."""
    if how == "midway":
        api.troubles = [Trouble(kind="mid", type="api_error")]
    else:
        api.stop_reasons = ["pause_turn"]
    api.answers = [TEXT, TEXT]
    calls: list[Usage] = []
    heard: list[list[str]] = []

    def listen() -> Heard:
        heard.append([])
        return heard[-1].append

    asker = Asker(provider=claude, models=dict.fromkeys(Purpose, "claude-sonnet-5-5"))
    completion, _ = await asker.ask(REQUEST, listen, patience=60, used=calls.append)
    assert (completion.text, "".join(heard[-1]), with_learn(api)) == (TEXT, TEXT, [True, False])
    assert [call.end for call in calls] == [End.FAILED, End.DONE]
    counted = [(usage.input, usage.read, usage.written) for usage in api.usages]
    assert [(c.tokens.input, c.tokens.cached_read, c.tokens.cached_write) for c in calls] == counted


async def test_after_a_while_it_is_tried_again(api: MessagesApi) -> None:
    seconds = count(0, REST / 2)
    async with connect(KEY, api.base_url) as plain:
        claude = AnthropicProvider(plain._client, Learn(now=lambda: next(seconds)))
        api.troubles = [refused(500, "api_error")]
        with pytest.raises(ExtraFailed):
            await asked(claude)
        for _ in range(2):
            await asked(claude)
    assert with_learn(api) == [True, False, True]


async def test_nothing_else_is_to_blame_on_it() -> None:
    assert not Learn.to_blame(anthropic.APIConnectionError(request=None))  # type: ignore[arg-type]
    assert not Learn.to_blame(ValueError("mcp"))


async def test_it_is_off_by_default(api: MessagesApi) -> None:
    async with connect(KEY, api.base_url) as claude:
        await asked(claude)
    assert with_learn(api) == [False]
