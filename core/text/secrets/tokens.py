"""Tokens that are known by their prefix, as the vendors publish them for secret scanning."""

import re
from typing import Final

from core.text.secrets.span import Shape

__all__ = ["TOKENS", "token"]


def _has_digit_or_capital(value: str) -> bool:
    return any(character.isdigit() or character.isupper() for character in value)


def token(kind: str, *hints: str, pattern: str) -> Shape:
    """A token that begins at a border and is the secret as a whole."""
    return Shape(kind=kind, hints=hints, pattern=re.compile(rf"(?<![A-Za-z0-9])(?P<secret>{pattern})"))


TOKENS: Final = (
    token("github token", "gh", pattern=r"gh[pousr]_\w{20,}+"),
    token("github token", "github_pat_", pattern=r"github_pat_\w{20,}+"),
    token("gitlab token", "gl", pattern=r"gl(?:pat|dt|rt|cbt|ptt|ft|imt|oas|soat|agent|ffct)-[\w.-]{16,}+"),
    token("slack token", "xox", pattern=r"xox[abcdeoprs](?:\.xox[bp])?-[\w-]{10,}+"),
    token("slack token", "xapp-", "xwfp-", pattern=r"x(?:app|wfp)-[\w-]{10,}+"),
    token("google key", "aiza", pattern=r"AIza[\w-]{30,}+"),
    token("google token", "ya29.", pattern=r"ya29\.[\w.-]{20,}+"),
    token("google token", "1//0", pattern=r"1//0[\w-]{30,}+"),
    token("client secret", "gocspx-", pattern=r"GOCSPX-[\w-]{20,}+"),
    token("anthropic key", "sk-ant-", pattern=r"sk-ant-[\w-]{16,}+"),
    Shape(
        kind="openai key",
        hints=("sk-",),
        pattern=re.compile(r"(?<![\w-])(?P<secret>sk-(?!ant-)[\w-]{20,}+)"),
        accepts=lambda value: _has_digit_or_capital(value[3:]),
    ),
    token("stripe key", "k_live_", "k_test_", pattern=r"[sr]k_(?:live|test)_\w{10,}+"),
    token("webhook secret", "whsec_", pattern=r"whsec_[\w+/=]{16,}+"),
    token("npm token", "npm_", pattern=r"npm_\w{30,}+"),
    token("pypi token", "pypi-", pattern=r"pypi-[\w-]{32,}+"),
    token("sendgrid key", "sg.", pattern=r"SG\.[\w-]{16,}+\.[\w-]{16,}+"),
    token("twilio key", "sk", pattern=r"SK[0-9a-f]{32}(?!\w)"),
    token("mailgun key", "key-", pattern=r"key-[0-9a-f]{32}(?!\w)"),
    token("api key", "hf_", "dapi", "ntn_", pattern=r"(?:hf_|dapi|ntn_)[A-Za-z0-9]{30,}+"),
    token("api key", "atatt3", pattern=r"ATATT3[\w=.-]{20,}+"),
    token("api key", "dop_v1_", "shp", pattern=r"(?:dop_v1_|shp(?:at|ca|pa|ss)_)[0-9a-f]{32,}+"),
    token("api key", "tskey-", "hvs.", "glsa_", pattern=r"(?:tskey-|hvs\.|glsa_)[\w-]{20,}+"),
    token("api key", "dckr_pat_", "nrak-", pattern=r"(?:dckr_pat_|NRAK-)[\w-]{20,}+"),
    token("private key", "age-secret-key-1", pattern=r"AGE-SECRET-KEY-1[A-Z0-9]{40,}+"),
    token("token", "eyj", pattern=r"eyJ[\w-]{8,}+\.[\w-]{4,}+(?:\.[\w-]++|\.(?=\.[\w-]))*+"),
)
