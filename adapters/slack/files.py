"""Files that people share: their names at once, the text of text files as soon as Slack has handed it out, pictures by name.

Of files of a channel that is shared with another organisation Slack sends the id alone, and says the rest when it is asked.
"""

import codecs
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from adapters.slack.payloads import parts, word
from core.commands import SharedPicture
from core.errors import Fault, Rejected

__all__ = [
    "LONGEST",
    "Ask",
    "Download",
    "described",
    "files_of",
    "looked_up",
    "pictures_of",
    "readable",
    "texts_of",
    "unsaid",
]

log = logging.getLogger(__name__)

#: Characters of one file that are read, and files of one message.
LONGEST = 6_000
MOST = 3
#: Beside the types that begin with text/.
_TEXTS = ("application/json", "application/xml", "application/x-yaml", "application/yaml", "application/x-sh")
_SNIPPETS = ("text", "log", "csv", "json", "xml", "yaml", "powershell", "shell", "markdown", "ini", "reg")

_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")

#: The first so many bytes of a file of Slack's, by its address. Raises Fault.
Download = Callable[[str, int], Awaitable[bytes]]
Data = Mapping[str, Any]
#: Slack's file object by the file's id. Raises Fault.
Ask = Callable[[str], Awaitable[Data]]
#: How text files begin that say themselves how they are written, and how.
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def files_of(message: Data) -> list[Data]:
    """The files of a message, and those of a message that it passes on."""
    passed_on = (entry for entry in parts(message, "attachments") if entry.get("is_share") is True)
    return [*parts(message, "files"), *(file for entry in passed_on for file in parts(entry, "files"))]


def unsaid(file: Data) -> bool:
    """Whether Slack has sent no more than its id."""
    return word(file, "file_access") == "check_file_info"


async def looked_up(files: Sequence[Data], ask: Ask) -> list[Data]:
    """The files, with what Slack says of those of which it sent the id alone. One of which it does not say it stays as it is."""
    found: list[Data] = []
    for file in files:
        try:
            found.append(await ask(word(file, "id")) if unsaid(file) else file)
        except Fault as error:
            log.warning("slack.file_unknown", extra={"file": word(file, "id"), "why": str(error)})
            found.append({**file, "why": str(error)})
    return found


def described(files: Sequence[Data]) -> str:
    """A line for each file: its name and what it is."""
    return "\n".join(_line(file) for file in files if word(file, "mode") != "tombstone")


def _line(file: Data) -> str:
    name = word(file, "name", "title") or "file"
    kind = word(file, "mimetype", "pretty_type", "filetype") or "unknown type"
    return f"[file: {' '.join(name.split())} ({kind})]"


def pictures_of(files: Sequence[Data]) -> tuple[SharedPicture, ...]:
    """The pictures among them that a model can look at, not fetched yet."""
    found = []
    for file in files:
        address, size = word(file, "url_private_download", "url_private"), file.get("size")
        if word(file, "mimetype") in _PICTURES and address and word(file, "mode") != "tombstone":
            found.append(
                SharedPicture(
                    name=word(file, "name", "title"), address=address, size=size if isinstance(size, int) else 0
                )
            )
    return tuple(found)


async def texts_of(files: Sequence[Data], download: Download) -> tuple[str, Sequence[str]]:
    """The contents of the text files among them, each in a fenced block under its name, and a sentence for each that could not
    be read; "" when there are none. The sentences stand in the text, too."""
    found, unread = [], []
    for file in readable(files):
        name = " ".join((word(file, "name", "title") or "file").split())
        address = word(file, "url_private_download", "url_private")
        try:
            if unsaid(file):
                raise Rejected(word(file, "why") or "Slack does not say what it is.")
            raw = await download(address, 4 * LONGEST)
        except Fault as error:
            log.warning("slack.file_unread", extra={"file": word(file, "id"), "why": str(error)})
            unread.append(f"{name} could not be read: {error}")
            found.append(unread[-1])
            continue
        text = _decoded(raw).replace("\0", "").strip()
        cut = f"\n… ({name} goes on)" if len(text) > LONGEST else ""
        block = f"\n```\n{text[:LONGEST].replace('```', '` ` `')}\n```{cut}" if text else " nothing stands in it."
        found.append(f"{name}:{block}")
    return "\n\n".join(found), unread


def readable(files: Sequence[Data]) -> list[Data]:
    """The files whose text is read, as far as is known of them."""
    return [file for file in files if _is_text(file) or unsaid(file)][:MOST]


def _decoded(raw: bytes) -> str:
    """The text of a file, of which the end may be missing. Windows PowerShell writes UTF-16, and older programs Windows-1252."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.removeprefix(mark).decode(encoding, "replace")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(raw)
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _is_text(file: Data) -> bool:
    kind = word(file, "mimetype")
    return kind.startswith("text/") or kind in _TEXTS or word(file, "filetype") in _SNIPPETS
