"""The scripts of a session: what is to be run, as its fixes and steps say it, newest first."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.commands import ListScripts
from core.fixes.cards import STATES
from core.ports import UnitOfWork
from core.sessions.model import Session
from core.text.code_spans import fences
from core.text.neutralise import neutralise
from core.text.split import shorten
from core.views import Block, File, Notice, Reply, Small, Text

__all__ = ["list_scripts"]

#: Characters up to which a script is shown in place.
SHOWN = 1_500
#: Scripts that are shown.
MOST = 20
#: Characters of a file's name that come from a title.
_NAME = 40
_SUFFIXES: Mapping[str, str] = {
    **dict.fromkeys(("powershell", "pwsh", "ps1", "ps"), "ps1"),
    **dict.fromkeys(("bash", "sh", "shell", "zsh"), "sh"),
    **dict.fromkeys(("cmd", "bat", "batch"), "cmd"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Script:
    """`of`: the fix or step, as markdown; `before`: what is said before the commands, such as a warning."""

    of: str
    title: str
    before: str
    language: str
    code: str
    at: datetime


def list_scripts(uow: UnitOfWork, session: Session, command: ListScripts) -> Reply:
    """The commands of its fixes, then those of its steps; long ones as files."""
    fixes = [
        script
        for fix in uow.fixes.of(session.id)
        for script in _scripts(
            fix.detail, f"**{neutralise(fix.title)}** · {STATES[fix.state][0]}", fix.title, fix.created_at
        )
    ]
    steps = [
        script
        for step in uow.steps.of(session.id)
        if step.dropped_at is None
        for script in _scripts(step.detail, f"Step {step.number}: {neutralise(step.text)}", step.text, step.created_at)
    ]
    found = [*_newest_first(fixes), *_newest_first(steps)]
    if not found:
        return Notice(
            markdown=f"No scripts yet in {session.ref}: they come with the fixes and steps that have commands. "
            "`flows` lists flows that may have some."
        )
    body = [block for number, script in enumerate(found[:MOST], start=1) for block in _shown(session, number, script)]
    if len(found) > MOST:
        body.append(Small(markdown=f"{len(found) - MOST} more stand on the cards in the thread."))
    return Notice(markdown=f"**Scripts of {session.ref}**", body=tuple(body))


def _newest_first(scripts: list[_Script]) -> list[_Script]:
    """Those of one fix or step stay in the order in which they are run."""
    return sorted(scripts, key=lambda script: script.at, reverse=True)


def _scripts(detail: str, of: str, title: str, at: datetime) -> Iterator[_Script]:
    end = 0
    for fence in fences(detail):
        code = _without_margin(detail[fence.body : fence.body_end], fence.indent).strip("\n")
        before, end = detail[end : fence.start].strip(), fence.end
        if code.strip():
            language = fence.info.split()[0].lower() if fence.info.split() else ""
            yield _Script(of=of, title=title, before=before, language=language, code=code, at=at)


def _without_margin(code: str, indent: str) -> str:
    """The lines without what stood before the block, in a list or a quote."""
    return "\n".join(line.removeprefix(indent) for line in code.split("\n")) if indent else code


def _shown(session: Session, number: int, script: _Script) -> Iterator[Block]:
    before = neutralise(script.before)
    yield Text(markdown="\n\n".join(filter(None, (script.of, before))))
    here = f"```{script.language}\n{script.code}\n```"
    if (
        len(script.code) <= SHOWN and "```" not in script.code and neutralise(here) == here
    ):  # else it would not be exact
        yield Text(markdown=here)
        return
    yield File(name=_name(session, number, script), media_type="text/plain", content=script.code + "\n")


def _name(session: Session, number: int, script: _Script) -> str:
    """`FP-12-restart-the-spooler.ps1`; a number tells those of one title apart."""
    words = "-".join(re.findall(r"\w+", shorten(script.title, _NAME).lower()))
    suffix = _SUFFIXES.get(script.language, "txt")
    return f"{session.ref}-{words or 'script'}{f'-{number}' if number > 1 else ''}.{suffix}"
