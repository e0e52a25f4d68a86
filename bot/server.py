"""The process: routes, worker, scheduler; started together, stopped in order (ARCHITECTURE: contract with the outside)."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

from aiohttp import web

from adapters.playground.routes import playground_routes
from bot.bootstrap import System, build
from bot.heap import settle_heap
from bot.metrics import Depth
from bot.schedule import Retention, schedule
from bot.settings import Settings
from core.errors import Fault, Misconfigured

__all__ = ["routes", "serve"]

log = logging.getLogger(__name__)

#: Largest request body, in bytes: a message of 100,000 characters in any script, and its envelope.
MAX_BODY = 1024 * 1024
#: However often /metrics is asked for.
COUNT_EVERY = timedelta(seconds=5)


def routes(system: System) -> web.Application:
    """Health and metrics; Slack over HTTP with its install pages; and the playground, where it has no port of its own."""
    app = web.Application(client_max_size=MAX_BODY)
    app.router.add_get("/healthz", _health)
    app.router.add_get("/readyz", _readiness(system))
    app.router.add_get("/metrics", _metrics(system))
    app.router.add_routes(_slack(system))
    if system.settings.playground_at == (system.settings.host, system.settings.port):
        app.router.add_routes(_playground(system))
    return app


def _playground(system: System) -> Iterable[web.RouteDef]:
    at, playground = system.settings.playground_at, system.playground
    if at is None or playground is None:
        return ()
    return playground_routes(
        system.application,
        playground.chat,
        playground.tickets,
        playground.changes,
        listening=at[0],
        names=system.settings.hosts,
    )


def _slack(system: System) -> Iterable[web.RouteDef]:
    secret = system.settings.slack_signing_secret.get_secret_value()
    if system.slack is None or not secret:
        return ()
    from adapters.slack.front import slack_routes

    return [*slack_routes(system.slack.dispatch, secret), *system.install_pages]


async def _health(request: web.Request) -> web.Response:
    """The process answers."""
    return web.json_response({"status": "ok"})


def _readiness(system: System) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def ready(request: web.Request) -> web.Response:
        """Database, migrations, worker, and the line to Slack."""
        parts = {"database": "ok", "worker": "ok" if system.worker.alive else "stopped"}
        try:
            await system.store.ready()
        except Fault as error:
            parts["database"] = str(error)
        if system.slack is not None:
            parts["slack"] = system.slack.state
        fine = all(state == "ok" for state in parts.values())
        return web.json_response({"status": "ok" if fine else "not ready", **parts}, status=200 if fine else 503)

    return ready


def _metrics(system: System) -> Callable[[web.Request], Awaitable[web.Response]]:
    depth: Depth = {}
    read_at: datetime | None = None

    async def metrics(request: web.Request) -> web.Response:
        """Prometheus' text format. The queue is counted at most every few seconds, and not while the database is away."""
        nonlocal depth, read_at
        now = system.outside.clock.now()
        if read_at is None or now - read_at >= COUNT_EVERY:
            try:
                depth = await system.store.read(lambda transaction: transaction.queue.depth())
                read_at = now
            except Fault as error:
                log.warning("metrics.no_database", extra={"why": str(error)})
        text = system.metrics.text(depth, now)
        return web.Response(body=text, headers={"Content-Type": system.metrics.content_type})

    return metrics


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT, then drain: no new requests, work under way finished, database closed."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with build(settings) as system:
        async with contextlib.AsyncExitStack() as listening:
            await _listen(listening, routes(system), settings.host, settings.port)
            if (at := settings.playground_at) is not None and at != (settings.host, settings.port):
                own = web.Application(client_max_size=MAX_BODY)
                own.router.add_routes(_playground(system))
                await _listen(listening, own, *at)
            scheduler = schedule(_retention(system))
            scheduler.start()
            settle_heap()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(system.worker.run(stop), name="worker")
                tasks.create_task(system.metrics.watch_loop(stop), name="loop-lag")
                if system.slack is not None and (token := settings.slack_app_token.get_secret_value()):
                    tasks.create_task(system.slack.over_socket(token).run(stop), name="slack-socket")
                tasks.create_task(_say_ready(system), name="ready")
                await stop.wait()
                log.info("server.stopping")
                if system.playground is not None:
                    system.playground.changes.close()
                await listening.aclose()
            scheduler.shutdown(wait=False)
    log.info("server.stopped")


def _retention(system: System) -> Retention:
    settings = system.settings
    return Retention(
        system.application, system.outside.clock, rows=settings.retention, sessions=settings.session_retention
    )


async def _listen(listening: contextlib.AsyncExitStack, app: web.Application, host: str, port: int) -> None:
    """Serve an application until the stack is closed."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    listening.push_async_callback(runner.cleanup)
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise Misconfigured(
            f"Cannot listen on {host}:{port}: {error.strerror or error}. Set FLOWPILOT_PORT to a free one."
        ) from error


async def _say_ready(system: System) -> None:
    settings = system.settings
    named = {"platforms": ", ".join(settings.platforms), "playground": system.playground is not None}
    log.info("server.ready", extra={"url": settings.base_url, **named})
