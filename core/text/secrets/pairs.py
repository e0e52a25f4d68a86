"""Secrets beside what they belong to: a user name, an element of markup, a sentence that ends in "the password"."""

import re
from typing import Final

from core.text.secrets.shapes import is_placeholder, looks_like_password, names_no_password, stands_out
from core.text.secrets.span import Shape

__all__ = ["PAIRS"]


def _is_written_out(value: str) -> bool:
    return not is_placeholder(value)


def _is_no_talk(value: str) -> bool:
    return not names_no_password(value)


def _has_a_symbol(value: str) -> bool:
    """A password to anybody, with no word before it that says so: no path, no setting, no number."""
    value = value.rstrip(".:?)*")
    return stands_out(value) and not any(mark in value for mark in "/\\%()=<>|") and bool(_SYMBOL.search(value))


_SYMBOL: Final = re.compile(r"[!@#$^&*+?~§€£]")
_WORD_AND_NUMBER: Final = re.compile(r"[A-ZÄÖÜ][a-zäöüß]{3,20}\d{3,4}")

_MARKUP: Final = (
    Shape(
        kind="password",
        hints=("</",),
        pattern=re.compile(
            r"(?i)<(?:[\w.]{1,40}:)?[\w.-]{0,30}?(?:password|passwd|pwd|keymaterial|sharedkey|secret|apikey)>"
            r"[ \t]*+(?P<secret>[^<\n]{1,256})</"
        ),
        accepts=_is_written_out,
    ),
    Shape(
        kind="password",
        hints=("value",),
        pattern=re.compile(
            r"(?i)(?:key|name)=\"[\w.:-]{0,60}?(?:password|passwd|pwd|secret|apikey)\"[ \t]++"
            r"value=\"(?P<secret>[^\"\n]{1,256})\""
        ),
        accepts=_is_written_out,
    ),
)

#: A user name and a password side by side.
_PAIR: Final = r"[\"'`(]?[^\s/|:,\"'`]{1,64}[ \t]*+[/|:,][ \t]*+[\"'`]?(?P<secret>[^\s\"'`]{4,}+)"

#: "it to …"
_IT_TO: Final = (
    r"[ \t]{1,3}(?:it|this|that|his|hers|him|her|theirs?|them|yours?|mine|(?:the|his|her|their|your)[ \t]account)"
    r"[ \t]{1,3}(?:back[ \t]{1,3})?to[ \t:]{1,3}[\"'`“*]{0,2}(?P<secret>[^\s\"'`”,;]{6,64}+)"
)

_SIDE_BY_SIDE: Final = (
    # creds: admin / P@ss1
    Shape(
        kind="password",
        hints=("cred", "login", "logon", "user/"),
        pattern=re.compile(
            r"(?i)\b(?:creds?|credentials|logins?|logon|user/pass(?:word)?)\b(?:[ \t]*+(?:are|is|:|=|with|-)[ \t]*+|[ \t]++)"
            + _PAIR,
        ),
        accepts=looks_like_password,
    ),
    # user/pass: bob:P@ss1
    Shape(
        kind="password",
        hints=("user",),
        pattern=re.compile(
            r"(?i)\buser(?:name)?[ \t]*+(?:/|&|and|\+)[ \t]*+(?:password|pass|pw|pwd)\b[ \t]*+(?:(?:are|is)[ \t]*+)?"
            r"[:=][ \t]*+" + _PAIR,
        ),
        accepts=_is_no_talk,
    ),
    # u: bob p: P@ss1
    Shape(
        kind="password",
        hints=("u:", "user:", "u=", "user="),
        pattern=re.compile(
            r"(?i)\bu(?:ser)?[ \t]*+[:=][ \t]*+[^\s,;]{1,64}[ \t,;/|]{1,4}p[ \t]*+[:=][ \t]*+(?P<secret>[^\s\"'`]{4,}+)"
        ),
        accepts=_is_no_talk,
    ),
    # Summer24! is the new password, use Summer24! as the password
    Shape(
        kind="password",
        hints=("pass", "pw", "kennwort"),
        pattern=re.compile(
            r"(?i)(?<!\S)[\"'`]?(?P<secret>[^\s\"'`]{6,64})[\"'`]?[ \t]{1,3}(?:"
            r"(?:is|was|ist|war)[ \t]{1,3}(?:the|his|her|my|your|their|our|a|das)|as(?:[ \t]{1,3}(?:the|his|her|a))?)"
            r"[ \t]{1,3}(?:[a-z]{1,12}[ \t]{1,3}){0,2}(?:password|passwort|kennwort|pwd|pw)(?![\w-])"
        ),
        accepts=looks_like_password,
    ),
    # I reset it to Welcome123!
    Shape(
        kind="password",
        hints=("reset", "re-set"),
        pattern=re.compile(r"(?i)\bre-?set" + _IT_TO),
        accepts=lambda value: _has_a_symbol(value) or _WORD_AND_NUMBER.fullmatch(value.rstrip(".:?)*")) is not None,
    ),
    # set it to Welcome123!, where it may also be a setting
    Shape(
        kind="password",
        hints=(" to ",),
        pattern=re.compile(r"(?i)\b(?:set|chang(?:e|ed|ing)|updated?|switched)" + _IT_TO),
        accepts=_has_a_symbol,
    ),
)

PAIRS: Final = (*_MARKUP, *_SIDE_BY_SIDE)
