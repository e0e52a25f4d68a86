"""Files that go out: asked for, sent and shared in the three calls that Slack wants."""

from adapters.slack.pacing import OTHER
from adapters.slack.plain import Json, line
from adapters.slack.web import Web
from core.errors import Uncertain
from core.people.model import ConversationRef
from core.text.neutralise import neutralise
from core.views import File, Notice, Picture

__all__ = ["named", "share", "unsent"]

#: Characters of a file's name, and of what describes a picture.
NAME = 200
ALT = 1_000


def named(file: File | Picture) -> str:
    """The name of a file as Slack shows it."""
    return line(file.name, NAME)


def unsent(file: File | Picture, why: Exception) -> Notice:
    """What is said of a file that could not be sent."""
    return Notice(markdown=f"The file {neutralise(named(file))} could not be sent: {why}", error=True)


async def share(web: Web, to: ConversationRef, thread: str, file: File | Picture) -> None:
    """Upload a text file or a picture into a channel or thread. Raises Unavailable, Uncertain or Rejected."""
    content = file.data if isinstance(file, Picture) else file.content.encode("utf-8", "replace")
    name = named(file)
    wanted: dict[str, str | int] = {"filename": name, "length": len(content)}
    if isinstance(file, Picture):
        wanted["alt_txt"] = line(file.alt, ALT)
    asked = await web.read(to.workspace, "files.getUploadURLExternal", wanted)
    url, id = asked.get("upload_url"), asked.get("file_id")
    if not isinstance(url, str) or not isinstance(id, str):
        raise Uncertain("Slack gave no address for a file.")
    await web.upload(to.workspace, url, content)
    body: Json = {"files": [{"id": id, "title": name}], "channel_id": to.channel}
    if thread:
        body["thread_ts"] = thread
    await web.write(to.workspace, "files.completeUploadExternal", body, rate=OTHER)
