"""What makes a sound flow a good one: told to its author, never an error."""

import re
from collections.abc import Iterator
from typing import Final

from core.flows.model import Command, Flow, Node, Solution

__all__ = ["advise", "is_risky"]

_FEWEST_PHRASINGS: Final = 5
_MOST_PHRASINGS: Final = 10

#: What can lock out, lose data or cause downtime, by the words of the commands that do it.
_RISKY: Final = re.compile(
    r"\b(Remove|Reset|Disable|Clear|Stop|Revoke|Restart|Resize|Rename|Suspend|Close|Format)-(?!DnsClientCache|List|Table)[A-Z]\w+"
    r"|\bSet-\w*Password\b|-PasswordProfile\b|-AccountEnabled:\$false|\s-Purge\b|-ResetServerAddresses\b"
    r"|\bSet-(Partition|DnsServerForwarder)\b|\bRestart-Computer\b|-RemoveLicenses @\(['\"]"
    r"|(?m:^\s*(del|rd|rmdir|format|diskpart|logoff|taskkill|shutdown|attrib)\b)"
    r"|\bmanage-bde\b.*(-off|-delete|-disable)\b|\bnet (stop|use .*/delete)|\bipconfig /release\b"
    r"|\bvssadmin (delete|resize)\b|\bpnputil /(remove|delete)|\breg (add|delete)\b|\bpowercfg /h\w* off\b"
    r"|\brm -\w*[rf]|\bmkfs\b|\bdd if=",
    re.IGNORECASE,
)


def is_risky(command: Command) -> bool:
    """Whether a command looks as if it could lock out, lose data or cause downtime."""
    return _RISKY.search(command.text) is not None


def advise(flow: Flow) -> tuple[str, ...]:
    """Hints for the author, one sentence each; empty for a flow that leaves nothing to wish."""
    return tuple(_hints(flow))


def _hints(flow: Flow) -> Iterator[str]:
    phrasings = len(flow.phrasings)
    if not _FEWEST_PHRASINGS <= phrasings <= _MOST_PHRASINGS:
        wanted = f"{_FEWEST_PHRASINGS} to {_MOST_PHRASINGS}"
        yield f"{phrasings} phrasings: {wanted}, in different words, make it easier to find"
    if not flow.solutions:
        yield "no solution: every way ends in an escalation"
    for node in flow.nodes.values():
        yield from _node_hints(node)


def _node_hints(node: Node) -> Iterator[str]:
    if node.warning is None and any(map(is_risky, node.commands)):
        yield f"{node.id}: commands that can cause harm, without a warning"
    if not isinstance(node, Solution) and all(option.fact is None for option in node.options):
        yield f"{node.id}: no option has a fact, so answering it confirms nothing"
