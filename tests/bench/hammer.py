"""The clients of the clicks, in a process of their own so that the server has its core to itself.

`python -m tests.bench.hammer PORT AT_ONCE FILE`: sends the requests of the file over as many kept connections, each the next one
as soon as its last is answered, and prints the seconds it took and every latency as JSON.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["SEPARATOR", "request"]

#: Between the requests of a file; it cannot occur in one, because bodies are percent-encoded.
SEPARATOR = b"\x00"


def request(headers: Sequence[tuple[str, str]], body: bytes) -> bytes:
    """A POST to Slack's route, as it goes over the wire."""
    lines = [("Host", "localhost"), ("Content-Length", str(len(body))), *headers]
    head = "".join(f"{name}: {value}\r\n" for name, value in lines)
    return f"POST /slack/events HTTP/1.1\r\n{head}\r\n".encode() + body


async def _answered(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 "):
        raise SystemExit(f"not taken: {head[:80]!r}")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    await reader.readexactly(int(lengths[0]))


async def _send(port: int, waiting: Iterator[bytes], latencies: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for raw in waiting:
        started = time.perf_counter()
        writer.write(raw)
        await _answered(reader)
        latencies.append(time.perf_counter() - started)
    writer.close()


async def _hammer(port: int, at_once: int, requests: Sequence[bytes]) -> tuple[float, list[float]]:
    waiting = iter(requests)
    latencies: list[float] = []
    started = time.perf_counter()
    async with asyncio.TaskGroup() as clients:
        for _ in range(at_once):
            clients.create_task(_send(port, waiting, latencies))
    return time.perf_counter() - started, latencies


if __name__ == "__main__":
    _, _port, _at_once, _file = sys.argv
    print(json.dumps(asyncio.run(_hammer(int(_port), int(_at_once), Path(_file).read_bytes().split(SEPARATOR)))))
