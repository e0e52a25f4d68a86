"""Flows as files: validated with every line, imported all or none, exported as they were."""

import json
from pathlib import Path

import pytest

from core.flows import starter
from tests.unit.bot.conftest import Run

HERE = ("--account", "Northwind IT")
#: With comments, another order of keys and Windows line ends: an export must give exactly this back.
ODD = """\
# kept as it is
title:   "No sound"   # spaces too
slug: no-sound
summary: The speakers stay silent – überall.
phrasings: [I hear nothing]
start: plugged
nodes:
  plugged:
    question: Are the speakers plugged in?
    options:
      - {label: "Yes", next: escalate}
      - {label: "No", next: plug}
  plug:
    solution: Plug them in
    description: Plug the speakers into the green socket.
    cause: The speakers were not plugged in.
    confidence: 0.9
""".replace("\n", "\r\n")


def put(folder: Path, **files: str) -> Path:
    """A folder with these flows."""
    folder.mkdir(exist_ok=True)
    for name, source in files.items():
        (folder / f"{name}.yaml").write_bytes(source.encode())
    return folder


def listed(run: Run) -> dict[str, str]:
    """Slug → title of the account's library."""
    return {flow["slug"]: flow["title"] for flow in json.loads(run("flows", "list", "--json", *HERE).out)}


def test_sound_flows_are_valid(run: Run, folder: Path) -> None:
    """No database is needed for it."""
    sources = {name.removesuffix(".yaml"): source for name, source in starter.sources()}
    ran = run("flows", "validate", str(put(folder / "flows", **sources)))
    assert (ran.code, ran.out) == (0, f"{len(sources)} flows are valid.\n")


def test_what_could_be_better_is_a_warning(run: Run, folder: Path) -> None:
    """The flow is valid all the same."""
    put(folder / "flows", a=ODD)
    ran = run("flows", "validate", "flows")
    lines = ran.out.splitlines()
    assert (ran.code, lines[-1]) == (0, "1 flow is valid.")
    assert any(line.startswith("flows/a.yaml: warning: 1 phrasings") for line in lines)
    assert all(line.startswith("flows/a.yaml: warning: ") for line in lines[:-1])


def test_every_problem_is_told_with_file_and_line(run: Run, folder: Path) -> None:
    """In all files, folders inside folders too; hidden ones are left out."""
    flows = put(folder / "flows", a=ODD.replace("slug:", "slgu:"), b=ODD.replace("next: plug}", "next: plgu}"))
    put(flows / "deeper", c="nodes: [")
    put(flows / ".git", d="not a flow")
    ran = run("flows", "validate", "flows")
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert any(line.startswith("flows/a.yaml:3: unknown key “slgu”: did you mean “slug”?") for line in lines)
    assert any(line.startswith("flows/b.yaml:12: ") for line in lines)
    assert any(line.startswith("flows/deeper/c.yaml:1: ") for line in lines)
    assert not [line for line in lines if ".git" in line]


def test_two_files_with_one_slug_are_a_problem(run: Run, folder: Path) -> None:
    """One of them would silently take the other's place."""
    put(folder / "flows", a=ODD, b=ODD)
    ran = run("flows", "validate", "flows")
    assert (ran.code, ran.out) == (1, "flows/b.yaml:3: “no-sound” is also the slug of flows/a.yaml\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"title: x\nslug: \xff\n", "flows/a.yaml:2: this is not UTF-8 text"), (None, "flows:1: there is no flow here")],
)
def test_what_is_no_flow_is_a_problem(content: bytes | None, said: str, run: Run, folder: Path) -> None:
    """A file in another encoding, and a folder with nothing in it."""
    flows = put(folder / "flows")
    if content is not None:
        (flows / "a.yaml").write_bytes(content)
    ran = run("flows", "validate", "flows")
    assert ran.code == 1
    assert ran.out.startswith(said)


def test_an_export_is_what_was_imported(run: Run, data: Path, folder: Path) -> None:
    """Byte for byte, comments and line ends included."""
    put(folder / "flows", anything=ODD)
    assert run("flows", "import", "flows", *HERE).out == "Northwind IT: 1 new.\n"
    assert run("flows", "export", "out", *HERE).code == 0
    assert (folder / "out" / "no-sound.yaml").read_bytes() == ODD.encode()
    starters = dict(starter.sources())
    for file in (folder / "out").iterdir():
        if file.name in starters:
            assert file.read_text(encoding="utf-8") == starters[file.name]


def test_an_import_says_what_is_new_changed_and_unchanged(run: Run, data: Path, folder: Path) -> None:
    """A single file can be imported too; the slug says which flow it is."""
    put(folder / "flows", one=ODD)
    run("flows", "import", "flows", *HERE)
    put(folder / "flows", one=ODD.replace('"No sound"', "Silence"), two=ODD.replace("no-sound", "no-noise"))
    assert run("flows", "import", "flows", *HERE).out == "Northwind IT: 1 new, 1 changed.\n"
    assert run("flows", "import", "flows/one.yaml", *HERE).out == "Northwind IT: 1 unchanged.\n"
    assert listed(run)["no-sound"] == "Silence"


def test_nothing_is_imported_when_one_is_invalid(run: Run, data: Path, folder: Path) -> None:
    """The problems are told as by validate, and the library is as it was."""
    before = listed(run)
    put(folder / "flows", a=ODD, b=ODD.replace("start: plugged", "start: nowhere"))
    ran = run("flows", "import", "flows", *HERE)
    assert ran.code == 1
    assert ran.out.startswith("flows/b.yaml:")
    assert ran.err.endswith("Nothing was imported.\n")
    assert listed(run) == before


def test_an_import_is_one_accounts(run: Run, data: Path, folder: Path) -> None:
    """The other account's library does not change."""
    put(folder / "flows", a=ODD)
    run("flows", "import", "flows", *HERE)
    assert "no-sound" not in run("flows", "list", "--account", "Fabrikam Support").out
    assert listed(run)["no-sound"] == "No sound"


def test_exporting_again_writes_only_what_changed(run: Run, data: Path, folder: Path) -> None:
    """Files under version control keep their times."""
    run("flows", "export", "out", *HERE)
    (folder / "out" / "no-sound.yaml").unlink(missing_ok=True)
    first = next(iter((folder / "out").iterdir()))
    first.write_text("changed by hand")
    assert run("flows", "export", "out", *HERE).out.endswith("1 written.\n")
    assert first.read_text(encoding="utf-8") != "changed by hand"
