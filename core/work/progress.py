"""Showing in the thread that something is being worked on."""

from core.people.model import ConversationRef
from core.ports import ChatPlatform, UnitOfWork
from core.work.deliver import place_of
from core.work.model import Work
from core.work.running import Done, Job, Runner

__all__ = ["shown"]


def shown(words: str, job: Job) -> Job:
    """The job, with `words` shown in the session's threads while it runs. Showing is best effort."""

    async def run(runner: Runner, work: Work) -> Done:
        places = await _places(runner, work)
        for platform, place in places:
            await platform.progress(place, words)
        try:
            return await job(runner, work)
        finally:
            for platform, place in places:
                await platform.progress(place, "")

    return run


async def _places(runner: Runner, work: Work) -> list[tuple[ChatPlatform, ConversationRef]]:
    def read(uow: UnitOfWork) -> list[ConversationRef]:
        return [place_of(conversation) for conversation in uow.conversations.of(work.session_id or "")]

    platforms = runner.outside.platforms
    found = await runner.look(work, read)
    return [(platforms[place.platform], place) for place in found if place.thread and place.platform in platforms]
