"""The rules of the Messages API that the small one of the tests holds requests to, and how it counts what is cached."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["MOST_BREAKPOINTS", "Cache", "Counted", "broken"]

MOST_BREAKPOINTS = 4
#: Tokens that a prefix has at least to be cached, seconds that it is kept after its last use, blocks that are looked back.
LEAST = 512
KEPT = 300.0
LOOK_BACK = 20

_KNOWN = {
    "model",
    "max_tokens",
    "system",
    "messages",
    "stream",
    "output_config",
    "metadata",
    "stop_sequences",
    "thinking",
}
#: What a request may hold besides when it names this beta.
MCP_BETA = "mcp-client-2026-09-15"
_OF_MCP = {"mcp_servers", "tools"}


def broken(body: Mapping[str, Any], betas: str = "") -> str:
    """What the API says to a request that breaks a rule; "" for a sound one. `betas`: as its header names them."""
    for name in ("temperature", "top_p", "top_k"):
        if name in body:
            return f"{name}: this model does not take it"
    if unknown := set(body) - _KNOWN - (_OF_MCP if MCP_BETA in betas.split(",") else set()):
        return f"{min(unknown)}: Extra inputs are not permitted"
    servers = [server["name"] for server in body.get("mcp_servers", ()) if server["url"].startswith("https://")]
    toolsets = [tool.get("mcp_server_name") for tool in body.get("tools", ()) if tool["type"] == "mcp_toolset"]
    if len(servers) != len(body.get("mcp_servers", ())) or servers != toolsets:
        return "mcp_servers: each needs an https url and exactly one mcp_toolset"
    if not isinstance(body.get("max_tokens"), int) or body["max_tokens"] < 1:
        return "max_tokens: Field required"
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return "messages: at least one message is required"
    roles = [message.get("role") for message in messages]
    if roles != ["user" if index % 2 == 0 else "assistant" for index in range(len(roles))]:
        return "messages: roles must alternate between user and assistant, and begin with user"
    if roles[-1] != "user":
        return "messages: the conversation must end with a user message"
    for block in blocks(body):
        if block.get("type") == "text" and not str(block.get("text", "")).strip():
            return "messages: text content blocks must be non-empty"
        if block.get("type") not in ("text", "image"):
            return f"messages: unknown block {block.get('type')}"
    if sum("cache_control" in block for block in blocks(body)) > MOST_BREAKPOINTS:
        return f"A maximum of {MOST_BREAKPOINTS} blocks with cache_control may be provided"
    return _format(body)


def _format(body: Mapping[str, Any]) -> str:
    wanted = body.get("output_config", {}).get("format")
    if wanted is None:
        return ""
    schema = wanted.get("schema", {})
    if wanted.get("type") != "json_schema" or schema.get("additionalProperties") is not False:
        return "output_config.format: 'additionalProperties' must be false"
    return ""


def blocks(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All blocks of a request in the order in which they are cached, with the role that they stand under."""
    system = body.get("system", [])
    for block in [{"type": "text", "text": system}] if isinstance(system, str) else system:
        yield {**block, "role": "system"}
    for message in body["messages"]:
        content = message["content"]
        for block in [{"type": "text", "text": content}] if isinstance(content, str) else content:
            yield {**block, "role": message["role"]}


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The input of one request, by what it costs."""

    input: int
    read: int
    written: int


@dataclass
class Cache:
    """What a provider keeps of earlier requests: prefixes of blocks, by model, until they are not used for five minutes."""

    kept: dict[tuple[str, ...], float] = field(default_factory=dict)

    def count(self, body: Mapping[str, Any], now: float) -> Counted:
        """Read the longest prefix that is kept, write up to the last breakpoint, and count the rest."""
        prefixes, sizes, breakpoints = _prefixes(body)
        total = sizes[-1]
        if not breakpoints:
            return Counted(input=total, read=0, written=0)
        last = breakpoints[-1]
        read = self._longest(prefixes, breakpoints, now)
        for index in (*breakpoints, *([read] if read >= 0 else [])):
            if sizes[index] >= LEAST:
                self.kept[prefixes[index]] = now + KEPT
        held = sizes[read] if read >= 0 else 0
        written = sizes[last] - held if sizes[last] >= LEAST else 0
        return Counted(input=total - held - written, read=held, written=written)

    def _longest(self, prefixes: list[tuple[str, ...]], breakpoints: list[int], now: float) -> int:
        for at in reversed(breakpoints):
            for index in range(at, max(-1, at - LOOK_BACK), -1):
                if self.kept.get(prefixes[index], 0.0) > now:
                    return index
        return -1


def _prefixes(body: Mapping[str, Any]) -> tuple[list[tuple[str, ...]], list[int], list[int]]:
    """Of each block: everything up to it, the tokens of that; and which of them are breakpoints."""
    prefixes, sizes, breakpoints = [], [], []
    so_far: tuple[str, ...] = (str(body["model"]),)
    total = 0
    for index, block in enumerate(blocks(body)):
        if "cache_control" in block:
            breakpoints.append(index)
        text = json.dumps({name: value for name, value in block.items() if name != "cache_control"}, sort_keys=True)
        so_far = (*so_far, text)
        total += len(text) // 4 + 1
        prefixes.append(so_far)
        sizes.append(total)
    return prefixes, sizes, breakpoints
