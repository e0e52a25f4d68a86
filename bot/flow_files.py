"""Flows in files: finding them, reading them with every problem at its line, writing them as they were."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.flows.advice import advise
from core.flows.library import FlowRecord
from core.flows.source import FlowInvalid, parse_flow

__all__ = ["FlowFile", "read_flows", "write_flows"]

_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowFile:
    """One file with a sound flow: its source as it stands there, byte for byte."""

    path: Path
    slug: str
    source: str
    #: What would make it a better one.
    hints: Sequence[str] = ()


def read_flows(path: Path) -> tuple[Sequence[FlowFile], Sequence[str]]:
    """The flows of a file, or of a folder and the folders in it; and all problems as `file:line: message`."""
    files = _files(path)
    read: dict[str, FlowFile] = {}
    problems: list[str] = [] if files else [f"{path}:1: there is no flow here: flows are .yaml files"]
    for file in files:
        try:
            source = file.read_bytes().decode()
            flow = parse_flow(source, str(file))
        except FlowInvalid as error:
            problems += str(error).splitlines()
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            problems.append(f"{file}:{line}: this is not UTF-8 text")
        except OSError as error:
            problems.append(f"{file}:1: the file cannot be read: {error.strerror}")
        else:
            slug = flow.slug
            if slug in read:
                problems.append(f"{file}:{_line_of_slug(source)}: “{slug}” is also the slug of {read[slug].path}")
            read.setdefault(slug, FlowFile(path=file, slug=slug, source=source, hints=advise(flow)))
    return tuple(read.values()), problems


def write_flows(folder: Path, flows: Sequence[FlowRecord]) -> Iterator[Path]:
    """Write each flow's source into `<slug>.yaml`; yields the files that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    for flow in flows:
        file = folder / f"{flow.slug}.yaml"
        content = flow.source.encode()
        if not file.is_file() or file.read_bytes() != content:
            file.write_bytes(content)
            yield file


def _files(path: Path) -> Sequence[Path]:
    if not path.is_dir():
        return [path]
    found = (file for file in path.rglob("*") if file.suffix in _ENDINGS and file.is_file())
    return sorted(file for file in found if not any(part.startswith(".") for part in file.relative_to(path).parts))


def _line_of_slug(source: str) -> int:
    lines = source.splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith("slug:")), 1)
