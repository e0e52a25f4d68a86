"""Claude through the vendor's own client, against a small Messages API: answers, usage, and every way to fail."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from adapters.models.anthropic.client import AnthropicProvider, connect
from core.documents.request import repair_request
from core.errors import Fault, NoSuchModel, Rejected, Unavailable, Unfit
from core.prompts import Purpose
from core.thinking.model import Completion, Image, Request, Role, Said, Stop
from core.usage.model import Tokens
from tests.fakes.messages_api import KEY, MessagesApi, Trouble

REQUEST = Request(
    purpose=Purpose.DIAGNOSIS,
    system="Troubleshoot. " * 200,
    messages=(
        Said(role=Role.USER, text="It hangs."),
        Said(role=Role.ASSISTANT, text="Since when?"),
        Said(role=Role.USER, text="Monday."),
    ),
    prompt_version="diagnosis-1",
    max_tokens=500,
    timeout=5.0,
)
TEXT = "Restart the spooler, then print a test page."


@pytest.fixture
async def claude(api: MessagesApi) -> AsyncIterator[AnthropicProvider]:
    async with connect(KEY, api.base_url) as provider:
        yield provider


async def asked(claude: AnthropicProvider, request: Request = REQUEST) -> tuple[Completion, list[str]]:
    heard: list[str] = []
    completion = await claude.complete(request, "claude-sonnet-5-5", heard.append)
    return completion, heard


class TestAnswering:
    async def test_text_is_heard_as_it_comes_and_is_whole_at_the_end(
        self, api: MessagesApi, claude: AnthropicProvider
    ) -> None:
        api.answers = [TEXT]
        completion, heard = await asked(claude)
        assert (completion.text, "".join(heard), completion.stop) == (TEXT, TEXT, Stop.END)
        assert len(heard) > 3

    async def test_the_second_request_reads_what_the_first_one_wrote(
        self, api: MessagesApi, claude: AnthropicProvider
    ) -> None:
        """By the provider's own rules: prefixes up to the breakpoints."""
        first, _ = await asked(claude)
        longer = replace(
            REQUEST,
            messages=(
                *REQUEST.messages,
                Said(role=Role.ASSISTANT, text="Which printer?"),
                Said(role=Role.USER, text="HP"),
            ),
        )
        second, _ = await asked(claude, longer)
        assert (first.tokens.cached_read, first.tokens.cached_write > 512) == (0, True)
        assert second.tokens.cached_read == first.tokens.cached_write
        assert second.tokens.input < 50

    async def test_breakpoints_stand_after_the_system_prompt_and_after_the_history(
        self, api: MessagesApi, claude: AnthropicProvider
    ) -> None:
        await asked(claude)
        body = api.requests[0]
        assert "cache_control" in body["system"][0]
        assert [("cache_control" in str(message["content"])) for message in body["messages"]] == [False, True, False]

    async def test_a_repair_reads_what_the_first_request_wrote_and_writes_nothing(
        self, api: MessagesApi, claude: AnthropicProvider
    ) -> None:
        """No later request begins with an answer that was not kept."""
        note = replace(REQUEST, messages=(Said(role=Role.USER, text="The record. " * 400),))
        for first in (REQUEST, note):
            await asked(claude, first)
            repair, _ = await asked(claude, repair_request(first, "Nonsense. " * 400, ["It is nonsense."]))
            assert (repair.tokens.cached_read > 512, repair.tokens.cached_write) == (True, 0)
            body = api.requests[-1]
            assert ["cache_control" in str(message) for message in body["messages"]] == [
                number == len(first.messages) - 2 for number in range(len(body["messages"]))
            ]

    async def test_pictures_go_with_their_message_into_a_repair_too(
        self, api: MessagesApi, claude: AnthropicProvider
    ) -> None:
        picture = Said(role=Role.USER, text="See.", images=(Image(media_type="image/png", data=b"\x89PNG"),))
        await asked(claude, repair_request(replace(REQUEST, messages=(picture,)), "Nonsense.", ["It is nonsense."]))
        kinds = [[block["type"] for block in message["content"]] for message in api.requests[0]["messages"]]
        assert kinds == [["image", "text"], ["text"], ["text"]]

    async def test_pictures_go_with_the_newest_message(self, api: MessagesApi, claude: AnthropicProvider) -> None:
        newest = Said(role=Role.USER, text="See.", images=(Image(media_type="image/png", data=b"\x89PNG"),))
        await asked(claude, replace(REQUEST, messages=(newest,)))
        picture, words = api.requests[0]["messages"][0]["content"]
        assert picture["source"] == {"type": "base64", "media_type": "image/png", "data": "iVBORw=="}
        assert words["text"] == "See."

    async def test_a_schema_becomes_structured_output(self, api: MessagesApi, claude: AnthropicProvider) -> None:
        schema = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
        await asked(claude, replace(REQUEST, schema=schema))
        assert api.requests[0]["output_config"] == {"format": {"type": "json_schema", "schema": schema}}

    @pytest.mark.parametrize(
        ("reason", "stop"), [("max_tokens", Stop.LENGTH), ("refusal", Stop.REFUSED), ("new_one", Stop.END)]
    )
    async def test_why_it_stopped_is_said(
        self, api: MessagesApi, claude: AnthropicProvider, reason: str, stop: Stop
    ) -> None:
        api.stop_reason = reason
        completion, _ = await asked(claude)
        assert completion.stop is stop

    async def test_when_it_is_cancelled_the_connection_is_closed(
        self, api: MessagesApi, claude: AnthropicProvider
    ) -> None:
        api.troubles = [Trouble(kind="slow")]
        begun = asyncio.Event()
        told: list[Tokens] = []
        call = asyncio.create_task(
            claude.complete(REQUEST, "claude-sonnet-5-5", lambda piece: begun.set(), told.append)
        )
        await asyncio.wait_for(begun.wait(), 5)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await asyncio.wait_for(api.left.wait(), 5)
        assert call.cancelled()
        assert told[0].cached_write > 512, "what it has used until then is known"


def _status(status: int, type: str = "api_error", **more: str) -> Trouble:
    return Trouble(kind="status", status=status, type=type, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("trouble", "fault", "words"),
    [
        (_status(529, "overloaded_error"), Unavailable, "overloaded"),
        (_status(429, "rate_limit_error"), Unavailable, "rate limit"),
        (_status(429, "rate_limit_error", code="enforced_spend_limit_reached"), Rejected, "spend limit"),
        (_status(402, "billing_error"), Rejected, "spend limit"),
        (_status(403, "billing_error"), Rejected, "spend limit"),
        (_status(401, "authentication_error"), Rejected, "key"),
        (_status(403, "permission_error"), Rejected, "key"),
        (_status(404, "not_found_error"), NoSuchModel, "claude-sonnet-5-5"),
        (_status(400, "invalid_request_error"), Unfit, "size"),
        (_status(413, "request_too_large"), Unfit, "size"),
        (_status(500), Unavailable, "not available"),
        (_status(503), Unavailable, "not available"),
        (Trouble(kind="mid", type="overloaded_error"), Unavailable, "overloaded"),
        (Trouble(kind="mid", type="api_error"), Unavailable, "not available"),
        (Trouble(kind="mid", type="invalid_request_error"), Unfit, "size"),
        (Trouble(kind="cut"), Unavailable, "cut"),
        (Trouble(kind="silent"), Unavailable, "cut"),
        (Trouble(kind="html"), Unavailable, ""),
        (Trouble(kind="garbage"), Unavailable, "cannot be read"),
        (Trouble(kind="redirect"), Unavailable, "not available"),
    ],
    ids=lambda value: f"{value.kind}-{value.status}-{value.type}-{value.code}" if isinstance(value, Trouble) else None,
)
async def test_each_failure_is_a_fault_with_words_for_the_engineer(
    api: MessagesApi, claude: AnthropicProvider, trouble: Trouble, fault: type[Fault], words: str
) -> None:
    api.answers, api.troubles = [TEXT], [trouble]
    with pytest.raises(fault) as raised:
        await asked(claude)
    assert words in str(raised.value)
    assert str(raised.value).endswith(".")
    assert KEY not in str(raised.value)


@pytest.mark.parametrize(("said", "seconds"), [("7", 7.0), ("0.5", 0.5), ("soon", None), ("", None)])
async def test_when_to_come_back_is_passed_on(
    api: MessagesApi, claude: AnthropicProvider, said: str, seconds: float | None
) -> None:
    api.troubles = [_status(429, "rate_limit_error", retry_after=said)]
    with pytest.raises(Unavailable) as raised:
        await asked(claude)
    assert raised.value.retry_after == seconds
    assert len(api.requests) == 1, "the client retried by itself"


async def test_a_date_says_when_to_come_back(api: MessagesApi, claude: AnthropicProvider) -> None:
    api.troubles = [_status(529, "overloaded_error", retry_after="Wed, 21 Oct 2015 07:28:00 GMT")]
    with pytest.raises(Unavailable) as raised:
        await asked(claude)
    assert raised.value.retry_after == 0.0


async def test_a_provider_that_does_not_listen_is_unavailable() -> None:
    async with connect(KEY, "http://127.0.0.1:9") as claude:
        with pytest.raises(Unavailable, match="cannot be reached"):
            await asked(claude)


@pytest.mark.parametrize(
    "break_it",
    [
        lambda request: replace(request, messages=request.messages[:2]),
        lambda request: replace(request, messages=(request.messages[0], request.messages[0])),
        lambda request: replace(request, messages=(Said(role=Role.USER, text=" "),)),
    ],
)
async def test_the_small_api_holds_requests_to_the_rules(
    claude: AnthropicProvider, break_it: Callable[[Request], Request]
) -> None:
    with pytest.raises(Rejected):
        await asked(claude, break_it(REQUEST))
