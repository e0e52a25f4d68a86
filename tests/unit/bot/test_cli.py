"""The command line itself: help, versions, errors in one line, exit codes."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot import cli
from core.errors import Misconfigured, Unavailable
from storage.secrets import FernetSealer
from tests.unit.bot.conftest import Run

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_lists_the_commands(option: str, run: Run) -> None:
    """Every command with one line."""
    ran = run(option)
    assert ran.code == 0
    for name in ("run", "migrate", "check", "flows", "deliveries", "accounts", "sessions", "key", "version"):
        assert f"\n  {name} " in ran.out


def test_help_does_not_import_the_program() -> None:
    """What a command needs is imported when it runs."""
    code = (
        "import sys, bot.cli\n"
        "try: bot.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(*sorted({'aiohttp', 'pydantic', 'sqlalchemy', 'structlog', 'yaml', 'core.application'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == ""


def test_it_can_be_run_as_a_module() -> None:
    """`python -m bot` is the same command."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "version"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("flowpilot ")


def test_an_unknown_command_is_a_usage_error(run: Run) -> None:
    """Exit code 2, as for all that is wrong with the command line."""
    ran = run("frobnicate")
    assert ran.code == 2
    assert "No such command 'frobnicate'" in ran.err


def test_bad_settings_are_one_line_each(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard error, with exit code 2 and no traceback."""
    monkeypatch.setenv("FLOWPILOT_PORT", "x")
    monkeypatch.setenv("FLOWPILOT_PSA", "halopsa")
    ran = run("run")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        "flowpilot: FLOWPILOT_PORT (x) must be a port from 0 to 65535.",
        "flowpilot: FLOWPILOT_PSA (halopsa) must be one of: local; halopsa comes with a later version.",
    ]


def test_a_taken_port_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the port and the setting."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("FLOWPILOT_PORT", str(port))
        ran = run("run")
    assert ran.code == 2
    (line,) = ran.err.splitlines()
    assert line.startswith(f"flowpilot: Cannot listen on 127.0.0.1:{port}:")
    assert line.endswith("Set FLOWPILOT_PORT to a free one.")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (Misconfigured("Set this."), 2, "flowpilot: Set this.\n"),
        (Unavailable("It is away."), 1, "flowpilot: It is away.\n"),
        (KeyboardInterrupt(), 130, ""),
        (
            ValueError("no way\nto postgresql://ann:Xk29fjq0A@db/x"),
            1,
            "flowpilot: that did not work: ValueError: no way to postgresql://ann:[redacted: password]@db/x\n",
        ),
    ],
)
def test_errors_are_one_line_and_a_code(
    error: BaseException, code: int, said: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupting is quiet; what nobody foresaw is told without secrets."""

    def fail(**arguments: object) -> None:
        raise error

    monkeypatch.setattr(cli.cli, "main", fail)
    ran = run("version")
    assert (ran.code, ran.err) == (code, said)


def test_a_new_key_can_be_used(run: Run) -> None:
    """What `flowpilot key` prints is accepted as FLOWPILOT_ENCRYPTION_KEY."""
    sealer = FernetSealer([run("key").out.strip()])
    assert sealer.unseal(sealer.seal("x")) == "x"


def test_migrate_makes_the_database_and_can_be_repeated(run: Run, folder: Path) -> None:
    """It says at which revision the database is."""
    first, second = run("migrate"), run("migrate")
    assert (first.code, second.code) == (0, 0)
    assert first.out == second.out
    assert first.out.startswith("The database data/flowpilot.db is at revision ")
    assert (folder / "data" / "flowpilot.db").is_file()


@pytest.mark.parametrize("command", [["accounts", "list"], ["deliveries", "list"], ["flows", "list"]])
def test_reading_makes_no_database(command: list[str], run: Run, folder: Path) -> None:
    """In a wrong folder nothing is left behind, and the error says how to begin."""
    ran = run(*command)
    assert ran.code == 1
    assert (
        ran.err == "flowpilot: There is nothing in the database data/flowpilot.db yet: `flowpilot migrate` begins it.\n"
    )
    assert list(folder.iterdir()) == []


def test_accounts_are_listed(run: Run, data: Path) -> None:
    """By name, with the id that --account takes too."""
    lines = run("accounts", "list").out.splitlines()
    assert [line[:16].strip() for line in lines] == ["NAME", "Fabrikam Support", "Northwind IT"]


def test_several_accounts_must_be_told_apart(run: Run, data: Path) -> None:
    """The error names the option and the accounts; name in any case of letters, or id."""
    ran = run("flows", "list")
    assert ran.code == 1
    assert "add --account with one of “Fabrikam Support”, “Northwind IT”" in ran.err
    id = run("accounts", "list").out.splitlines()[2].split()[2]
    by_name, by_id = run("flows", "list", "--account", "northwind it"), run("flows", "list", "--account", id)
    assert by_name.code == 0
    assert by_name.out == by_id.out
    assert "There is no account “x”" in run("flows", "list", "--account", "x").err
