"""What stands behind an answer that was cut off stands outside of its code."""

import pytest

from core.turns.ending import STOPPED, ended
from core.turns.preview import stopped


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("", "*Stopped.*"),
        ("Look at the ", "Look at the\n\n*Stopped.*"),
        ("Run:\n```powershell\nGet-Ser", "Run:\n```powershell\nGet-Ser\n```\n\n*Stopped.*"),
        ("Run:\n```\nls\n```\n", "Run:\n```\nls\n```\n\n*Stopped.*"),
        ("- Run:\n  ~~~~\n  ls", "- Run:\n  ~~~~\n  ls\n  ~~~~\n\n*Stopped.*"),
        ("Then `net st", "Then `net st\n\n*Stopped.*"),
    ],
)
def test_an_open_code_block_is_closed_first(text: str, prose: str) -> None:
    assert ended(text, STOPPED) == prose == stopped(text).prose
