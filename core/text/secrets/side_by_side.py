"""A user name with its password on one line, and no word that says which is which: `jane@contoso.com Password1!`."""

import re
from typing import Final

from core.text.secrets.shapes import stands_out
from core.text.secrets.span import Shape

__all__ = ["NAMED"]

#: Between the two: blanks, or a sign.
_BETWEEN: Final = r"(?:[ \t]{1,3}[-–—][ \t]{1,3}|[ \t]{0,3}[/|:,;][ \t]{0,3}|[ \t]{1,8})"
#: The value, to the end of its word, without the sentence's punctuation.
_VALUE: Final = (
    r"[\"'`*(]{0,2}(?=[^\s\"'`]{0,63}?\d)(?P<secret>[^\s\"'`]{5,63}[^\s\"'`.,;:)>*])(?=[\"'`.,;:)>*]{0,4}(?:\s|\Z))"
)

_SYMBOL: Final = re.compile(r"[!@#$^&*+?~§€£]")
#: What begins so mentions somebody, names a channel, an option, a variable, or is markup.
_NO_BEGINNING: Final = tuple("@#-$<[{")
#: Paths, settings, times, lists, and other people's addresses.
_NO_PASSWORD: Final = re.compile(r"[/\\%()=<>|:,;]|[\w.+-]@[\w-]{1,63}\.[A-Za-z]{2}")
#: What everybody makes passwords of.
_COMMON: Final = re.compile(
    r"(?i)(?:spring|summer|autumn|fall|winter|welcome|pass?w[o0]rd|p[a@]ssw[o0]rd|passwort|willkommen|sommer|herbst|frühling"
    r"|qwerty|qwertz|letmein|changeme|monday|secret|geheim)[-_.]?\d{1,6}[!?.*#$@]{0,3}"
)


def _glares(value: str) -> bool:
    """A password to anybody. Names of devices and products have no symbol, and words have no digit; what ends a sentence is no
    symbol unless capitals, small letters and digits stand before it."""
    if _COMMON.fullmatch(value):
        return True
    if value.startswith(_NO_BEGINNING) or _NO_PASSWORD.search(value):
        return False
    core = value.rstrip("!?*.")
    if not stands_out(value) or not any(map(str.isdigit, core)):
        return False
    if _SYMBOL.search(core):
        return True
    return core != value and stands_out(core) and any(map(str.isupper, core)) and any(map(str.islower, core))


NAMED: Final = (
    # jane@contoso.com Password1!
    Shape(
        kind="password",
        hints=("@",),
        pattern=re.compile(
            rf"@(?<=[\w+-]@)[\w-]{{1,63}}+(?:\.[\w-]{{1,63}}+){{1,8}}+[>)\]\"'`*]{{0,4}}+{_BETWEEN}{_VALUE}"
        ),
        accepts=_glares,
    ),
    # CONTOSO\jane Summer2024!
    Shape(
        kind="password",
        hints=("\\",),
        pattern=re.compile(rf"(?<![\w@:\\/.-])[A-Za-z][\w-]{{1,19}}+\\[\w.-]{{1,40}}+{_BETWEEN}{_VALUE}"),
        accepts=_glares,
    ),
    # user jane Summer2024!, admin / Summer2024!
    Shape(
        kind="password",
        hints=tuple("!@#$&*^+~§€£"),  # fewer texts hold one of these than a word for a user
        pattern=re.compile(
            r"\b(?:(?i:user(?: ?name)?|log-?[io]n|account)\b[ \t]*+(?:(?:is\b|=|:)[ \t]*+)?[^\s/|:,;\"'`]{1,64}+"
            r"|(?i:admin|administrator|root)(?=[ \t]{0,3}[/|:]))"
            rf"{_BETWEEN}{_VALUE}"
        ),
        accepts=_glares,
    ),
)
