"""An endpoint of one's own, against a small one: answers, usage, and every way to fail."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from adapters.models.openai_compatible.client import OpenAiCompatible, connect
from core.errors import ExtraFailed, Fault, NoSuchModel, Rejected, Unavailable, Unfit
from core.thinking.model import Completion, Image, Request, Role, Said, Stop
from core.usage.model import Tokens
from tests.fakes.chat_api import KEY, ChatApi, chat_api
from tests.integration.models.test_anthropic import REQUEST, TEXT

SCHEMA = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


@pytest.fixture
async def api() -> AsyncIterator[ChatApi]:
    async with chat_api() as listening:
        yield listening


@pytest.fixture
async def endpoint(api: ChatApi) -> AsyncIterator[OpenAiCompatible]:
    async with connect(KEY, api.base_url) as provider:
        yield provider


async def asked(endpoint: OpenAiCompatible, request: Request = REQUEST) -> tuple[Completion, list[str]]:
    heard: list[str] = []
    return await endpoint.complete(request, "llama", heard.append), heard


async def test_text_is_heard_as_it_comes_and_is_whole_at_the_end(api: ChatApi, endpoint: OpenAiCompatible) -> None:
    api.answers = [TEXT]
    completion, heard = await asked(endpoint)
    assert (completion.text, "".join(heard), completion.stop) == (TEXT, TEXT, Stop.END)
    assert len(heard) > 3
    assert completion.tokens == Tokens(input=40, cached_read=60, output=9)


async def test_the_system_prompt_stands_first_and_the_rest_follows(api: ChatApi, endpoint: OpenAiCompatible) -> None:
    await asked(endpoint)
    messages = api.requests[0]["messages"]
    assert messages[0] == {"role": "system", "content": REQUEST.system}
    assert [(message["role"], message["content"]) for message in messages[1:]] == [
        (said.role.value, said.text) for said in REQUEST.messages
    ]


async def test_pictures_go_as_data(api: ChatApi, endpoint: OpenAiCompatible) -> None:
    newest = Said(role=Role.USER, text="See.", images=(Image(media_type="image/png", data=b"\x89PNG"),))
    await asked(endpoint, replace(REQUEST, messages=(newest,)))
    assert api.requests[0]["messages"][1]["content"][0]["image_url"]["url"] == "data:image/png;base64,iVBORw=="


async def test_an_endpoint_without_schemas_is_asked_without_them_from_then_on(
    api: ChatApi, endpoint: OpenAiCompatible, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    api.structured = False
    request = replace(REQUEST, schema=SCHEMA)
    with pytest.raises(ExtraFailed):
        await asked(endpoint, request)
    assert "model.without_schema" in caplog.text
    await asked(endpoint, request)
    await asked(endpoint, request)
    assert ["response_format" in body for body in api.requests] == [True, False, False]


@pytest.mark.parametrize(("reason", "stop"), [("length", Stop.LENGTH), ("content_filter", Stop.REFUSED)])
async def test_why_it_stopped_is_said(api: ChatApi, endpoint: OpenAiCompatible, reason: str, stop: Stop) -> None:
    api.finish_reason = reason
    completion, _ = await asked(endpoint)
    assert completion.stop is stop


async def test_what_a_model_thinks_is_not_heard(api: ChatApi, endpoint: OpenAiCompatible) -> None:
    api.answers = [f"<think>\nHm, a spooler.\n</think>\n\n{TEXT}"]
    completion, heard = await asked(endpoint)
    assert (completion.text, "".join(heard)) == (TEXT, TEXT)
    assert len(heard) > 3


async def test_a_model_that_begins_in_a_thought_is_known_by_its_first_answer(
    api: ChatApi, endpoint: OpenAiCompatible
) -> None:
    """The endpoint has put the opening mark into the prompt: what is heard of the next ones is only the answer."""
    api.answers = [f"Hm, a spooler.\n</think>\n\n{TEXT}"] * 2
    first, _ = await asked(endpoint)
    second, heard = await asked(endpoint)
    assert (first.text, second.text, "".join(heard)) == (TEXT, TEXT, TEXT)


async def test_a_thought_that_reaches_the_limit_is_no_answer(api: ChatApi, endpoint: OpenAiCompatible) -> None:
    api.answers, api.finish_reason = ["<think>Hm, a spooler, or"], "length"
    completion, heard = await asked(endpoint)
    assert (completion.text, heard, completion.stop) == ("", [], Stop.LENGTH)


def _error(status: int, code: str = "") -> tuple[int, Mapping[str, Any]]:
    return status, {"error": {"message": "No.", "code": code}}


@pytest.mark.parametrize(
    ("trouble", "fault", "words"),
    [
        (_error(429), Unavailable, "rate limit"),
        (_error(429, "insufficient_quota"), Rejected, "spend limit"),
        (_error(402), Rejected, "spend limit"),
        (_error(401), Rejected, "FLOWPILOT_MODEL_KEY"),
        (_error(404), NoSuchModel, "llama"),
        (_error(400), Unfit, "size"),
        (_error(500), Unavailable, "not available"),
        (_error(503), Unavailable, "not available"),
        ((500, {"error": {"message": "image input is not supported"}}), Unfit, "takes no pictures"),
        ("cut", Unavailable, "cut"),
        ("silent", Unavailable, "cut"),
        ("garbage", Unavailable, "cannot be read"),
        ("error", Unavailable, "not available"),
        ("html", Unavailable, ""),
        ("redirect", Unavailable, "not available"),
    ],
)
async def test_each_failure_is_a_fault_with_words_for_the_engineer(
    api: ChatApi,
    endpoint: OpenAiCompatible,
    trouble: tuple[int, Mapping[str, Any]] | str,
    fault: type[Fault],
    words: str,
) -> None:
    api.answers, api.faults = [TEXT], [trouble]
    with pytest.raises(fault) as raised:
        await asked(endpoint)
    assert words in str(raised.value)
    assert KEY not in str(raised.value)
    if isinstance(raised.value, Unavailable) and isinstance(trouble, tuple):
        assert raised.value.retry_after == 7.0


async def test_an_endpoint_that_does_not_listen_is_unavailable() -> None:
    async with connect("", "http://127.0.0.1:9/v1") as endpoint:
        with pytest.raises(Unavailable, match="cannot be reached"):
            await asked(endpoint)
