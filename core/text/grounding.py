"""Only what the input holds: no identifier, code or blank in what a model wrote that its input does not warrant (SPEC 5)."""

import re
from collections.abc import Iterable, Iterator

from core.text.code_spans import CODE_SPAN

__all__ = ["inventions", "known_text", "numbers", "placeholders"]

_TOP = "com|net|org|edu|gov|io|co|uk|de|us|eu|au|ca|nl|ch|at|fr|biz|info|cloud|app|dev|local|lan|lcl|internal|corp|arpa"
#: What must not be invented, by what people call it.
_TOKENS = {
    "KB number": r"\bKB ?\d{5,8}\b",
    "URL": r"\b[a-z][a-z0-9+.-]{1,15}://[^\s<>\"`”“…]+",
    "path": r"(?:\b[A-Za-z]:|%\w+%|\bHK(?:LM|CU|CR|U|EY_\w+):?)\\[^\s<>\"`”“…|?*,;()]*"
    r"|\\\\[\w.$-]+\\[^\s<>\"`”“…|?*,;()]*|(?<![\w:/.~<])(?:~|\.{1,2})?/[\w.@+%-]+(?:/[\w.@+%-]+)+",
    "host name": rf"(?<![\w.-])(?:[A-Za-z0-9][\w-]*\.)+(?:{_TOP})\b(?!\.?\w)"
    r"|(?<![\w.\\/@#-])(?:[A-Z]{2,}[A-Z0-9]*-?(?:[A-Z0-9]+-)*\d+|[A-Za-z]{2,}(?:-[A-Za-z0-9]+)*-?\d{2,})(?![\w-]|\.\w)",
    "IP address": r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?![\w.]*\w)"
    r"|(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){3,7}[0-9A-Fa-f]{1,4}(?![\w:])"
    r"|(?<![\w:])(?:[0-9A-Fa-f]{1,4}:)+(?::[0-9A-Fa-f]{1,4})+(?![\w:])",
    "error code": r"\b0x[0-9A-Fa-f]{2,}\b|\b[A-Z]{2,}(?:_[A-Z0-9]+)+\b|\bAADSTS\d+\b|\bCVE-\d{4}-\d+\b"
    r"|(?i:\b(?:error|code|event(?: id)?|errno)\b[ :#]{1,3})-?(?P<number>\d{2,})\b",
    "ticket number": r"(?<![\w&/])#\d{3,}\b",
}
_PATTERNS = {name: re.compile(pattern) for name, pattern in _TOKENS.items()}
#: Names of things that are written like a host.
_NOT_A_HOST = re.compile(
    r"(?:WPA|SHA|MD|AES|RSA|TLS|SSL|SMB|USB|RJ|CAT|IPV?|HTTP|OAUTH|UTF|ISO|RFC|RAID|MP|DDR|PCIE?|NVME|GEN|VT|ID|KB"
    r"|M|O|MS|OFFICE|MICROSOFT|WINDOWS|WIN|SERVER|OUTLOOK|EXCHANGE|COVID|STEP|LEVEL|TIER|LINE|PHASE|DAY|PORT|VLAN"
    r"|EXT|FAT|X|H|EVENT|ERROR|CODE)[ -]?\d+",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_TRAILING = ".,;:!?)]}'’»*_"

_PLACEHOLDERS = re.compile(
    r"<[A-Za-z][\w '/-]{0,60}>"
    r"|\[(?i:insert|your|enter|add|fill|name|date|customer|client|user|device|ticket|placeholder|tbd|to be)\b[\w '/-]{0,60}\]"
    r"|\{\{[\w '/-]{0,60}\}\}|\b(?:TBD|TBA|TODO|FIXME|XXX+)\b|(?i:\blorem ipsum\b)"
)
_NOT_APPLICABLE = re.compile(r"\s*(?:(?:[-*+•]|\d+[.)])\s+)?(?:\*\*[^*]+:\*\*\s*)?n/?a\.?\s*", re.IGNORECASE)


def known_text(parts: Iterable[str]) -> str:
    """The texts of an input as `known` to the rules: in one case, a line each, with single blanks."""
    return "\n".join(" ".join(part.split()) for part in parts).casefold()


def inventions(markdown: str, known: str) -> Iterator[str]:
    """Identifiers and code spans that the input does not hold."""
    for line in markdown.split("\n"):
        for span in CODE_SPAN.finditer(line):
            if not _holds(known, span[2]):
                yield f"`{span[2]}` does not occur in what is known."
        for name, pattern in _PATTERNS.items():
            for match in pattern.finditer(line):
                token = (match.groupdict().get("number") or match[0]).rstrip(_TRAILING)
                if name == "host name" and _NOT_A_HOST.fullmatch(token):
                    continue
                if not _holds(known, token):
                    yield f"The {name} “{token}” does not occur in what is known."


def numbers(markdown: str, known: str) -> Iterator[str]:
    """Numbers of any kind that the input does not hold just so: stricter than `inventions`, for texts that retell one line."""
    held = set(_NUMBER.findall(known))
    yield from (
        f"The number “{told}” does not occur in what is known."
        for told in _NUMBER.findall(markdown)
        if told not in held
    )


def placeholders(markdown: str, known: str) -> Iterator[str]:
    """Blanks that nobody filled in."""
    for match in _PLACEHOLDERS.finditer(markdown):
        if match[0].casefold() not in known:
            yield f"“{match[0]}” is a placeholder."
    if "n/a" not in known and any(map(_NOT_APPLICABLE.fullmatch, markdown.split("\n"))):
        yield "“N/A” stands for an answer."


def _holds(known: str, token: str) -> bool:
    """Whether the token occurs in the known text as a whole, not within a longer word or number."""
    token = " ".join(token.split()).casefold()
    start = known.find(token) if token else 0
    while start >= 0:
        end = start + len(token)
        if not (_inside(known, start) or _inside(known, end)):
            return True
        start = known.find(token, start + 1)
    return False


def _inside(text: str, index: int) -> bool:
    """Whether the index lies between two characters of one word."""
    return 0 < index < len(text) and text[index - 1].isalnum() and text[index].isalnum()
