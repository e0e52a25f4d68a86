"""The process: routes, worker, scheduler; started together, stopped in order (ARCHITECTURE: contract with the outside)."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable

from aiohttp import web

from adapters.playground.routes import playground_routes
from bot.bootstrap import System, build
from bot.schedule import Retention, schedule
from bot.settings import Settings
from core.errors import Fault, Misconfigured

__all__ = ["routes", "serve"]

log = logging.getLogger(__name__)

#: Largest request body, in bytes: a message of 100,000 characters in any script, and its envelope.
MAX_BODY = 1024 * 1024


def routes(system: System) -> web.Application:
    """The aiohttp application: health, metrics, and the playground where it is on."""
    app = web.Application(client_max_size=MAX_BODY)
    app.router.add_get("/healthz", _health)
    app.router.add_get("/readyz", _readiness(system))
    app.router.add_get("/metrics", _metrics(system))
    if system.playground is not None:
        playground = system.playground
        app.router.add_routes(
            playground_routes(
                system.application,
                playground.chat,
                playground.tickets,
                playground.changes,
                listening=system.settings.host,
            )
        )
    return app


async def _health(request: web.Request) -> web.Response:
    """The process answers."""
    return web.json_response({"status": "ok"})


def _readiness(system: System) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def ready(request: web.Request) -> web.Response:
        """Database, migrations and worker."""
        parts = {"database": "ok", "worker": "ok" if system.worker.alive else "stopped"}
        try:
            await system.store.ready()
        except Fault as error:
            parts["database"] = str(error)
        fine = all(state == "ok" for state in parts.values())
        return web.json_response({"status": "ok" if fine else "not ready", **parts}, status=200 if fine else 503)

    return ready


def _metrics(system: System) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def metrics(request: web.Request) -> web.Response:
        """Prometheus' text format."""
        depth = await system.store.read(lambda transaction: transaction.queue.depth())
        text = system.metrics.text(depth, system.outside.clock.now())
        return web.Response(body=text, headers={"Content-Type": system.metrics.content_type})

    return metrics


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT, then drain: no new requests, work under way finished, database closed."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with build(settings) as system:
        runner = web.AppRunner(routes(system), access_log=None, shutdown_timeout=5.0)
        await runner.setup()
        try:
            await _listen(runner, settings)
            scheduler = schedule(Retention(system.application, system.outside.clock, keep=settings.retention))
            scheduler.start()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(system.worker.run(stop), name="worker")
                tasks.create_task(system.metrics.watch_loop(stop), name="loop-lag")
                tasks.create_task(_say_ready(system), name="ready")
                await stop.wait()
                log.info("server.stopping")
                if system.playground is not None:
                    system.playground.changes.close()
                await runner.cleanup()
            scheduler.shutdown(wait=False)
        finally:
            await runner.cleanup()
    log.info("server.stopped")


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        raise Misconfigured(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror or error}. Set FLOWPILOT_PORT to a free one."
        ) from error


async def _say_ready(system: System) -> None:
    settings = system.settings
    log.info("server.ready", extra={"url": settings.base_url, "playground": system.playground is not None})
