"""Asking with pictures: a request that may have been refused for them goes again without, so that none ends a session."""

import logging
from dataclasses import replace

from core.errors import Unfit
from core.prompts import UNSEEN
from core.thinking.asking import Asker, Listen
from core.thinking.model import Completion, Request, Said
from core.usage.model import Used

__all__ = ["ask_seeing"]

log = logging.getLogger(__name__)


async def ask_seeing(
    asker: Asker, request: Request, listen: Listen, *, patience: float, used: Used
) -> tuple[Request, Completion]:
    """What was asked in the end, and what came of it. Raises as Asker.ask does."""
    try:
        completion, _ = await asker.ask(request, listen, patience=patience, used=used)
        return request, completion
    except Unfit as error:
        if not any(said.images for said in request.messages):
            raise
        log.warning("model.without_pictures", extra={"why": str(error)})
        blind = replace(
            request,
            messages=tuple(map(_blind, request.messages)),
            prompt_version=f"{request.prompt_version}+{UNSEEN.name}-{UNSEEN.version}",
        )
        completion, _ = await asker.ask(blind, listen, patience=patience, used=used)
        return blind, completion


def _blind(said: Said) -> Said:
    return replace(said, text=f"{UNSEEN.text}\n{said.text}", images=()) if said.images else said
