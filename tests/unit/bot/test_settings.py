"""Settings: where they come from, what wins, and what is derived from them."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.bootstrap import build
from bot.settings import Settings, load_settings
from core.errors import Misconfigured
from core.flows.matching import Gaps, Weights
from storage.secrets import new_key


def test_with_nothing_set_it_is_the_playground_on_sqlite() -> None:
    """A clone starts without any setting."""
    settings = load_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 3978)
    assert settings.database_url == "sqlite+aiosqlite:///data/flowpilot.db"
    assert settings.playground_on
    assert settings.playground_at == ("127.0.0.1", 3978)
    assert settings.base_url == "http://localhost:3978"


def test_making_settings_reads_neither_environment_nor_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings() in a test is the same on every computer."""
    (folder / "flowpilot.toml").write_text("port = 1")
    monkeypatch.setenv("FLOWPILOT_PORT", "2")
    assert Settings().port == 3978


def test_the_environment_wins_over_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What both set is taken from the environment; what only the file sets, from the file."""
    (folder / "flowpilot.toml").write_text('port = 1\nlog_level = "debug"\n')
    monkeypatch.setenv("FLOWPILOT_PORT", "2")
    settings = load_settings()
    assert (settings.port, settings.log_level) == (2, "debug")


def test_a_file_elsewhere_can_be_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FLOWPILOT_CONFIG names the file, and flowpilot.toml is then not read."""
    (folder / "flowpilot.toml").write_text("port = 1")
    (folder / "other.toml").write_text("port = 5")
    monkeypatch.setenv("FLOWPILOT_CONFIG", "other.toml")
    assert load_settings().port == 5


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Container tools pass variables on as empty ones."""
    monkeypatch.setenv("FLOWPILOT_PORT", "")
    assert load_settings().port == 3978


def test_the_database_is_in_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """One setting moves both what FlowPilot keeps by itself."""
    monkeypatch.setenv("FLOWPILOT_DATA_DIR", "/srv/flowpilot")
    settings = load_settings()
    assert settings.database_url == "sqlite+aiosqlite:////srv/flowpilot/flowpilot.db"
    assert settings.key_file == Path("/srv/flowpilot/encryption.key")


@pytest.mark.parametrize("source", ["environment", "file"])
def test_several_keys_keep_their_order(source: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first key encrypts, so the order matters."""
    first, second = new_key(), new_key()
    if source == "environment":
        monkeypatch.setenv("FLOWPILOT_ENCRYPTION_KEY", f"{first}, {second}")
    else:
        file = folder / "flowpilot.toml"
        file.write_text(f'encryption_key = ["{first}", "{second}"]')
        file.chmod(0o600)
    assert load_settings().encryption_keys() == [first, second]


def test_keys_and_the_database_are_not_printed() -> None:
    """A repr in a log or a traceback tells no secret."""
    key = new_key()
    settings = Settings.model_validate(
        {"encryption_key": key, "database_url": "postgresql+asyncpg://ann:hunter2@db/flowpilot"}
    )
    for text in (repr(settings), str(settings)):
        assert key not in text
        assert "hunter2" not in text


def test_without_a_key_one_is_made_and_kept() -> None:
    """The playground needs no key to be set, and finds the same one again."""
    settings = Settings()
    keys = settings.encryption_keys()
    assert settings.encryption_keys() == keys
    assert settings.key_file.read_text().strip() == keys[0]


def test_keep_turns_retention_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A word says that nothing is ever deleted."""
    monkeypatch.setenv("FLOWPILOT_RETENTION_DAYS", "keep")
    monkeypatch.setenv("FLOWPILOT_RETENTION_SESSIONS_DAYS", "365")
    settings = load_settings()
    assert settings.retention is None
    assert settings.session_retention == timedelta(days=365)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://localhost:3978"),
        ("::1", "http://[::1]:3978"),
        ("10.0.0.5", "http://10.0.0.5:3978"),
    ],
)
def test_links_lead_to_where_it_listens(host: str, url: str) -> None:
    """Unless a public URL is set."""
    assert Settings(host=host, playground=False).base_url == url
    assert (
        Settings(host=host, playground=False, public_url="https://fp.example.com/").base_url == "https://fp.example.com"
    )


def test_a_playground_on_a_port_of_its_own_stays_on_the_loopback_address() -> None:
    """The main address may then be open to others."""
    settings = Settings(host="0.0.0.0", playground_port=3999)
    assert settings.playground_at == ("127.0.0.1", 3999)


def test_an_exposed_playground_needs_the_words_for_it() -> None:
    """Whoever lets strangers in has said so."""
    with pytest.raises(ValueError, match="FLOWPILOT_PLAYGROUND_EXPOSED to yes-i-know"):
        Settings(host="0.0.0.0")
    assert Settings(host="0.0.0.0", playground_exposed="yes-i-know").playground_at == ("0.0.0.0", 3978)
    assert Settings(host="0.0.0.0", playground=False).playground_at is None


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]"])
def test_addresses_of_this_computer_are_safe_for_the_playground(host: str) -> None:
    """No words are needed there."""
    assert Settings(host=host).playground_on


def test_the_playground_answers_under_its_public_name() -> None:
    """The Host check knows the names that a proxy uses."""
    settings = Settings(public_url="https://fp.example.com", allowed_hosts=("other.example.com",))
    assert list(settings.hosts) == ["other.example.com", "fp.example.com"]


def test_load_settings_says_everything_that_is_wrong_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One start is enough to see all problems, from both sources."""
    (folder / "flowpilot.toml").write_text('prot = 1\nlog_level = "loud"\n')
    monkeypatch.setenv("FLOWPILOT_PORT", "many")
    monkeypatch.setenv("FLOWPILOT_HSOT", "x")
    with pytest.raises(Misconfigured) as caught:
        load_settings()
    assert str(caught.value).splitlines() == [
        "FLOWPILOT_HSOT is not a setting of FlowPilot: did you mean FLOWPILOT_HOST?",
        "prot in flowpilot.toml is not a setting of FlowPilot: did you mean port?",
        "FLOWPILOT_PORT (many) must be a port from 0 to 65535.",
        "log_level in flowpilot.toml (loud) must be debug, info, warning or error.",
    ]


class WithChat(Settings):
    """Settings of a later version, in which a chat platform is configured."""

    @property
    def platforms(self) -> Sequence[str]:
        """One."""
        return ("chat",)


def test_a_chat_platform_needs_a_key_that_is_set() -> None:
    """A key that one computer made by itself is easily lost, and with it the stored tokens."""
    with pytest.raises(ValueError, match=r"FLOWPILOT_ENCRYPTION_KEY is missing.*`flowpilot key` prints"):
        WithChat()


def test_beside_a_chat_platform_the_playground_is_off_or_on_a_port_of_its_own() -> None:
    """The main address is then the platform's."""
    key = {"encryption_key": new_key()}
    assert not WithChat.model_validate(key).playground_on
    both = WithChat.model_validate({**key, "host": "0.0.0.0", "playground": "yes"})
    assert both.playground_at == ("127.0.0.1", 3979)


async def test_the_numbers_of_matching_reach_the_rules(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Core's own numbers without a setting; else each in its place."""
    async with build(Settings(data_dir=folder), prepare=False) as system:
        assert (system.application.rules.weights, system.application.rules.gaps) == (Weights(), Gaps())
    monkeypatch.setenv("FLOWPILOT_DATA_DIR", str(folder))
    monkeypatch.setenv("FLOWPILOT_FLOW_WEIGHTS", "1, 2, 3")
    monkeypatch.setenv("FLOWPILOT_FLOW_FLOORS", "0.1,0.2,0.3")
    (folder / "flowpilot.toml").write_text("flow_gaps = [0.5, 0.4, 0.6]\n")
    async with build(load_settings(), prepare=False) as system:
        rules = system.application.rules
    assert rules.gaps == Gaps(sure=0.5, likely=0.4, least_cosine=0.6)
    assert rules.weights == Weights(
        semantic=1, keyword=2, recency=3, semantic_floor=0.1, keyword_floor=0.2, recency_floor=0.3
    )
