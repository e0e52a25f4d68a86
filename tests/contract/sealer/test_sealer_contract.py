"""What every Sealer keeps to: any text comes back, none shows, keys can be changed, and a foreign key opens nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Misconfigured
from tests.contract.sealer.conftest import SEALERS, Keys

TEXTS = {
    "token": "xoxb-0000-not-a-real-token",
    "address": '{"url": "https://hooks.example.com/actions/T1/2/abc", "user": "U1"}',
    "empty": "",
    "blanks": " \n\t\r\n ",
    "accents": "für später, Łódź, שלום, 故障, \U0001f469\u200d\U0001f4bb",
    "control": "a\x00b\x07\ufeff\u2028",
    "long": "secret words " * 20_000,
}
HURRIED = settings(max_examples=40, derandomize=True, deadline=None)


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_comes_back_as_it_was(keys: Keys, name: str) -> None:
    """Also from another sealer with the same key: after a restart, on another replica."""
    key = keys.new()
    sealed = keys.sealer([key]).seal(TEXTS[name])
    assert keys.sealer([key]).unseal(sealed) == TEXTS[name]


@pytest.mark.parametrize("kind", SEALERS)
@HURRIED
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_comes_back_as_it_was(kind: str, text: str) -> None:
    """Whatever a platform calls its handles."""
    keys = SEALERS[kind]
    sealer = keys.sealer([keys.new()])
    assert sealer.unseal(sealer.seal(text)) == text


@pytest.mark.parametrize("name", [name for name in TEXTS if TEXTS[name].strip()])
def test_nothing_of_the_text_shows(keys: Keys, name: str) -> None:
    """Not the text, no word of it, not its letters in another code, nor the key."""
    key, text = keys.new(), TEXTS[name]
    sealed = keys.sealer([key]).seal(text)
    assert text not in sealed
    assert [word for word in set(text.split()) if len(word) > 3 and word in sealed] == []
    assert text.encode().hex() not in sealed.lower()
    assert key not in sealed


def test_sealed_text_can_be_stored_anywhere(keys: Keys) -> None:
    """One line of ASCII."""
    sealed = keys.sealer([keys.new()]).seal(TEXTS["accents"])
    assert sealed.isascii()
    assert sealed.isprintable()


def test_one_text_is_sealed_in_other_letters_each_time(keys: Keys) -> None:
    """Nobody can tell that two people have the same token."""
    sealer = keys.sealer([keys.new()])
    assert len({sealer.seal("token") for _ in range(20)}) == 20


def test_a_new_first_key_seals_and_the_old_ones_still_open(keys: Keys) -> None:
    """Rotation: add the new key in front, let the old one go once nothing is sealed with it."""
    oldest, old, new = keys.new(), keys.new(), keys.new()
    sealed = {key: keys.sealer([key]).seal("token") for key in (oldest, old)}
    rotated = keys.sealer([new, old, oldest])
    assert [rotated.unseal(each) for each in sealed.values()] == ["token", "token"]
    assert keys.sealer([new]).unseal(rotated.seal("token")) == "token"
    with pytest.raises(Misconfigured):
        keys.sealer([old]).unseal(rotated.seal("token"))


def test_a_foreign_key_opens_nothing(keys: Keys) -> None:
    """The setting is wrong, and says so; neither the text nor a key is told."""
    mine, foreign = keys.new(), keys.new()
    sealed = keys.sealer([mine]).seal(TEXTS["token"])
    with pytest.raises(Misconfigured) as caught:
        keys.sealer([foreign]).unseal(sealed)
    told = str(caught.value)
    assert all(secret not in told for secret in (TEXTS["token"], sealed, mine, foreign))


@pytest.mark.parametrize("damage", ["cut", "turned", "empty", "plain", "nul"])
def test_damaged_text_is_not_opened(keys: Keys, damage: str) -> None:
    """It is refused as such, never returned half, and breaks in no other way."""
    key = keys.new()
    sealed = keys.sealer([key]).seal(TEXTS["token"])
    damaged = {
        "cut": sealed[:-8],
        "turned": sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:],
        "empty": "",
        "plain": TEXTS["token"],
        "nul": "\0",
    }
    with pytest.raises(Misconfigured):
        keys.sealer([key]).unseal(damaged[damage])
