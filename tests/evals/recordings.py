"""Recorded answers: for a case of the suite a good one, and bad ones of which each is a slip that models make."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from tests.evals.cases import cases
from tests.evals.situations import SituationCase

__all__ = ["recordings"]

_FOLDER = Path(__file__).parent / "recorded"


def recordings() -> list[SituationCase]:
    """Each good answer once; each bad one twice: put right when told, and given again.

    A file holds recordings by the name of their case: `good` has the fields of an answer. Each of `bad` has `slip`, its name;
    `told`, part of what the model must be told about it; and either the fields that differ from the good answer (`fields`) or the
    whole answer (`text`).
    """
    known = {case.name: case for case in cases()}
    found: list[SituationCase] = []
    for file in sorted(_FOLDER.glob("*.yaml")):
        for name, recorded in yaml.safe_load(file.read_text("utf-8")).items():
            found += _of(known[name], recorded)
    return found


def _of(case: SituationCase, recorded: Mapping[str, Any]) -> Iterator[SituationCase]:
    good = json.dumps(recorded["good"], ensure_ascii=False)
    yield _answered(case, "good", "kept", good)
    for slip in recorded.get("bad", ()):
        bad = slip["text"] if "text" in slip else json.dumps({**recorded["good"], **slip["fields"]}, ensure_ascii=False)
        yield _answered(case, f"{slip['slip']}, put right", "repaired", bad, good, told=slip["told"])
        yield _answered(case, f"{slip['slip']}, twice", "replaced", bad, told=slip["told"])


def _answered(case: SituationCase, what: str, came: str, *answers: str, told: str = "") -> SituationCase:
    assert case.metadata is not None, "every case says what it expects"
    return SituationCase(
        name=f"{case.name}: {what}",
        inputs=replace(case.inputs, answers=answers),
        metadata=replace(case.metadata, came=came, told=told),
    )
