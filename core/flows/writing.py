"""A flow as canonical YAML: keys in reading order, paragraphs as blocks, nothing that is empty."""

from typing import Any

import yaml

from core.flows.model import Command, Flow, Node, Option, Solution

__all__ = ["dump_flow"]


def dump_flow(flow: Flow) -> str:
    """YAML that parses to an equal flow."""
    source = {
        "slug": flow.slug,
        "title": flow.title,
        "summary": flow.summary,
        "domain": flow.domain,
        "tags": list(flow.tags),
        "phrasings": list(flow.phrasings),
        "start": flow.start,
        "nodes": {name: _node(node) for name, node in flow.nodes.items()},
    }
    return yaml.dump(_filled(source), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def _node(node: Node) -> dict[str, Any]:
    if isinstance(node, Solution):
        return _filled(
            {
                "solution": node.title,
                "description": node.description,
                "cause": node.cause,
                "confidence": node.confidence,
                "warning": node.warning,
                "gui": node.gui,
                "commands": [_command(command) for command in node.commands],
                "script": node.script,
                "if_failed": node.if_failed,
            }
        )
    return _filled(
        {
            node.kind: node.text,
            "why": node.why,
            "warning": node.warning,
            "gui": node.gui,
            "commands": [_command(command) for command in node.commands],
            "options": [_option(option) for option in node.options],
            "skip": node.skip,
        }
    )


def _option(option: Option) -> dict[str, Any]:
    return _filled(
        {
            "label": option.label,
            "synonyms": list(option.synonyms),
            "fact": option.fact,
            "next": option.next,
        }
    )


def _command(command: Command) -> dict[str, str]:
    return {command.language: command.text}


def _filled(source: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in source.items() if value not in (None, [], "")}


class _Dumper(yaml.SafeDumper):
    """No anchors for what occurs twice, blocks for what has lines."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)  # lists stand in from their key


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)
