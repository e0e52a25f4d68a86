"""What stands between a label and its value."""

import re
from typing import Final

__all__ = ["BELOW", "CELL", "GAP", "IS", "LINE_BREAK", "SIGN"]

GAP: Final = r"[ \t\xa0]"
#: Closing quotes and markup, a remark in brackets, then the sign; `equals` says that it is one of code.
SIGN: Final = re.compile(
    rf"""(?ix)
    [\\"'`*_)\]]{{0,4}} {GAP}*+ (?:\([^()\n]{{1,40}}\){GAP}*+)?
    (?:(?:is|was|now|ist|lautet|est|es){GAP}*+)?
    (?:(?P<equals>={{1,3}}>?|:=|REG_SZ{GAP}) | : | -> | → | ：)
    [*_]{{0,2}} {GAP}*+
    """
)
#: The next cell of a table, or a dash with blanks around it.
CELL: Final = re.compile(rf"[*_`]{{0,2}}{GAP}*+(?:\||[-–—]{GAP}){GAP}*+")
IS: Final = re.compile(rf"{GAP}++(?i:is|was|ist|lautet|=){GAP}++")
LINE_BREAK: Final = re.compile(rf"\r?\n{GAP}*+")
#: Nothing more on the label's line, and at most one empty line below it.
BELOW: Final = re.compile(rf"[*_`]{{0,2}}{GAP}*+(?:\r?\n{GAP}*+){{1,2}}(?=\S)")
