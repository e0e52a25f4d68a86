"""Passwords behind a label: "password: …", "pw is …", "PIN 4821", "PSK = …".

Behind a colon or an equals sign everything counts that is no ordinary word; in a sentence a value must look like
a password, or end the clause that says "the password is". What stands before and after stays as it is.
"""

import re
from collections.abc import Iterator
from typing import Final

from core.text.secrets.prose import password_in_sentence, password_later, passwords_that_follow
from core.text.secrets.shapes import looks_like_password, names_no_password, stands_out
from core.text.secrets.signs import BELOW, CELL, GAP, IS, LINE_BREAK, SIGN
from core.text.secrets.span import Span
from core.text.secrets.values import value_at, whole

__all__ = ["labelled_passwords"]

_LABEL: Final = re.compile(
    r"""(?ix)
    (?P<password>
        (?<!1)pass[ -]?word | passwd | pass[ ]?wort | passcode | passphrase | kennwort | wachtwoord | contrase[nñ]a
        | mot[ ]de[ ]passe | has[lł]o | heslo | l[oö]senord | adgangskode | passord | пароль | pwd
        | (?<![a-z0-9])(?:p/?w|psw|pword|passw|senha)
    )s?(?![a-z0-9_]|-[a-z0-9])
    | (?P<pass>(?<![a-z0-9-])pass)(?![a-z0-9_-])
    | (?P<pin>(?<![a-z0-9-])pin)(?![a-z0-9_-])
    | (?P<laps>(?<![a-z0-9-])laps)(?![a-z0-9_-])
    | (?P<network>
        (?<![a-z0-9])(?:psk|pre-?shared[ _-]?(?:key|secret))
        | (?:wi-?fi|wlan|wpa[23]?|network[ ]security)[ _-]?(?:key|schlüssel) | key[ ]content
        | netzwerk(?:sicherheits)?schlüssel
    )(?![a-z0-9_-])
    """
)
#: A text with none of these is not searched for labels.
_HINTS: Final = (
    "pass", "pw", "p/w", "psw", "laps", "kennwort", "wachtwoord", "contrase", "mot de", "has", "heslo", "senord", "adgang",
    "пароль", "senha", "pin", "psk", "shared", "wifi", "wi-fi", "wlan", "wpa", "network", "key content", "netzwerk",
)  # fmt: skip
_KINDS: Final = {"password": "password", "pass": "password", "pin": "pin", "laps": "password", "network": "network key"}

#: Nothing more on the line.
_ALONE: Final = re.compile(r"[ \t\"'`*!.]{0,8}(?:[\r\n]|\Z)")
_AMOUNT: Final = re.compile(
    r"(?i)[ \t-]{0,3}(?:char|digit|letter|day|week|month|minute|hour|time|attempt|user|zeichen|tage)"
)
_BLANK: Final = re.compile(rf"{GAP}++")
_SYMBOL: Final = re.compile(r"[!@#$%^&*+?~§€£]")
#: Nothing but the label on its line.
_LINE_START: Final = re.compile(rf"(?:\A|\n){GAP}*+[*_`#>-]{{0,3}}{GAP}*+\Z")
_USER_TALK: Final = re.compile(r"(?i)\b(?:user|usr|login|logon|account|id|benutzer)\b")
_USER_AND: Final = re.compile(r"(?i)\buser(?:name)?[ \t]*(?:/|&|and|\+)[ \t]*$")
_PAIR: Final = re.compile(r"[\w.@\\-]{0,64}[ \t]*[/|:,]")
_PHRASE: Final = re.compile(r"[^\W_]{1,20}(?:[ -][^\W_]{1,20}){2,9}(?=[ \t]*(?:[.,;\n]|$))")


def labelled_passwords(text: str) -> Iterator[Span]:
    """Every password, PIN or network key that stands behind a word for one."""
    lowered = text.lower()
    reached = 0
    for label in _LABEL.finditer(text) if any(hint in lowered for hint in _HINTS) else ():
        for span in _passwords(text, label) if label.start() >= reached else ():
            yield span
            reached = span.end


def _passwords(text: str, label: re.Match[str]) -> Iterator[Span]:
    found = _password(text, label)
    kind = _KINDS[label.lastgroup or "password"]
    if not found and label["password"]:
        found = password_later(text, label.end())
    if found and (not label["pin"] or _is_pin(text[slice(*found)])):
        start, end = whole(text, *found)
        yield Span(start, end, kind)
        yield from (Span(*more, kind) for more in passwords_that_follow(text, end))


def _password(text: str, label: re.Match[str]) -> tuple[int, int] | None:
    sign = SIGN.match(text, label.end())
    if sign:
        return _behind_sign(text, label, sign)
    if cell := CELL.match(text, label.end()):
        return _if_password(text, value_at(text, cell.end()))
    if below := BELOW.match(text, label.end()):
        return _below(text, label, below.end())
    if label["pass"] or label["laps"]:
        link = IS.match(text, label.end())
        before = text[max(0, label.start() - 60) : label.start()]
        if link is None and _USER_TALK.search(before) and not _USER_AND.search(before):
            link = _BLANK.match(text, label.end())
        return _if_password(text, value_at(text, link.end())) if link else None
    if label["pin"] or label[0].lower() == "passcode":
        link = IS.match(text, label.end()) or _BLANK.match(text, label.end())
        value = value_at(text, link.end()) if link else None
        if value and _is_pin(text[value[0] : value[1]]):
            return value[:2]
    return None if label["pin"] else password_in_sentence(text, label.start(), label.end())


def _behind_sign(text: str, label: re.Match[str], sign: re.Match[str]) -> tuple[int, int] | None:
    below = LINE_BREAK.match(text, sign.end())
    if below:
        found = value_at(text, below.end())
        clear = found and (_ALONE.match(text, found[1]) or stands_out(text[found[0] : found[1]]))
        return _if_password(text, found) if clear else None
    found = value_at(text, sign.end(), assigned=bool(sign["equals"]))
    if not found:
        return None
    start, end, quoted = found
    value = text[start:end]
    if "phrase" in label[0].lower() and not quoted and (words := _words_of_phrase(text, start)):
        return start, words
    if len(value) < 3 or names_no_password(value) or (value.isdigit() and _AMOUNT.match(text, end)):
        return None
    if label["laps"] and not looks_like_password(value):
        return None
    if label["pass"] and not looks_like_password(value):
        return (start, end) if _USER_TALK.search(text, max(0, label.start() - 60), label.start()) else None
    if _USER_AND.search(text[max(0, label.start() - 30) : label.start()]) and _PAIR.match(text, start):
        return None
    return start, end


def _below(text: str, label: re.Match[str], at: int) -> tuple[int, int] | None:
    """The value below a label without a sign, where it has its line to itself. It has to convince by its symbols, unless the
    label has its line to itself, too."""
    found = value_at(text, at)
    if not found or not _ALONE.match(text, found[1]):
        return None
    value = text[found[0] : found[1]]
    if label["pin"]:
        return found[:2] if _is_pin(value) else None
    alone = _LINE_START.search(text, max(0, label.start() - 20), label.start())
    convinces = looks_like_password(value) if alone else stands_out(value) and _SYMBOL.search(value)
    return found[:2] if convinces else None


def _words_of_phrase(text: str, start: int) -> int | None:
    """The end of a passphrase of several words; talk about one is mostly made of ordinary words."""
    phrase = _PHRASE.match(text, start)
    words = re.split(r"[ -]", phrase[0]) if phrase else []
    ordinary = sum(names_no_password(word) for word in words)
    return phrase.end() if phrase and ordinary * 3 <= len(words) else None


def _if_password(text: str, found: tuple[int, int, bool] | None) -> tuple[int, int] | None:
    return found[:2] if found and looks_like_password(text[found[0] : found[1]]) else None


def _is_pin(value: str) -> bool:
    return value.isdigit() and 4 <= len(value) <= 12
