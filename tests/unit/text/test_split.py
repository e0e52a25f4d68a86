"""Long texts are cut where a reader would cut them, and nothing is lost."""

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from core.text.split import split

FAMILY = "👩‍👩‍👧"
FLAG = "🇩🇪"


def visible(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("text", ["short", "  indented\n", "```\nnever closed", "x" * 40])
def test_a_text_within_the_limit_is_the_only_part(text: str) -> None:
    """Nothing is done to what fits."""
    assert split(text, 40) == (text,)


@pytest.mark.parametrize("text", ["", " \n\t", "\n" * 100])
def test_a_blank_text_has_no_parts(text: str) -> None:
    """An empty message is never sent."""
    assert split(text, 40) == ()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One two.\nThree.\n\nFour five six.", ("One two.\nThree.", "Four five six.")),
        ("One two three\nfour five six\nseven", ("One two three", "four five six\nseven")),
        ("One two three. Four five six.", ("One two three.", "Four five six.")),
        ("One two three four five six", ("One two three four", "five six")),
        ("一二三四五六七八九十。一二三四五六七八九十。", ("一二三四五六七八九十。", "一二三四五六七八九十。")),
        ("x" * 45, ("x" * 20, "x" * 20, "x" * 5)),
        ("\n\n  One two three\n\n\n\n    four five six", ("  One two three", "    four five six")),
    ],
)
def test_texts_are_cut_at_the_best_border(text: str, parts: tuple[str, ...]) -> None:
    """Paragraph, line, sentence, word, character; the indent of a line stays."""
    assert split(text, 20) == parts


def test_a_border_that_leaves_a_part_nearly_empty_is_passed_over() -> None:
    """A short first line does not become a message of its own."""
    assert split("Hi,\n\n" + "word " * 20, 50)[0] == "Hi,\n\n" + " ".join(["word"] * 9)


@pytest.mark.parametrize("unit", ["e\u0301", FAMILY, FLAG, "1\ufe0f\u20e3", "👍🏽", "각"])
def test_what_looks_like_one_character_is_not_cut(unit: str) -> None:
    """Combining marks, joined emoji, flags, keycaps, skin tones and Hangul stay whole."""
    parts = split(unit * 30, 20)
    assert "".join(parts) == unit * 30
    assert all(len(part) % len(unit) == 0 for part in parts)


def test_a_character_longer_than_a_part_is_cut_all_the_same() -> None:
    """The limit is the platform's, and comes first."""
    assert split("e" + "\u0301" * 9, 5) == ("e" + "\u0301" * 4, "\u0301" * 5)


def test_a_block_that_fits_a_part_is_kept_whole() -> None:
    """It moves to the next part rather than being cut."""
    block = "```powershell\nGet-Thing\n\nSet-Thing\n```"
    assert split(f"Run this:\n\n{block}\n\nThen look.", 45) == ("Run this:", block, "Then look.")


def test_a_longer_block_is_closed_and_opened_again() -> None:
    """Each part renders as code of the same language, cut between lines."""
    code = "".join(f"Get-Thing -Id {number}\n" for number in range(6))
    parts = split(f"Run:\n```powershell\n{code}```\nDone.", 60)
    assert parts[0] == "Run:\n```powershell\nGet-Thing -Id 0\nGet-Thing -Id 1\n```"
    assert parts[1] == "```powershell\nGet-Thing -Id 2\nGet-Thing -Id 3\n```"
    assert parts[2] == "```powershell\nGet-Thing -Id 4\nGet-Thing -Id 5\n```\nDone."


def test_a_line_of_code_longer_than_a_part_is_cut_inside_its_fence() -> None:
    """Even then every part is a block of its own."""
    parts = split("~~~sh\n" + "x" * 100 + "\n~~~", 50)
    assert parts == (f"~~~sh\n{'x' * 40}\n~~~", f"~~~sh\n{'x' * 40}\n~~~", f"~~~sh\n{'x' * 20}\n~~~")


def test_a_block_in_a_list_is_opened_again_at_the_margin() -> None:
    """Outside of its list the indent would make ordinary text of the fence."""
    block = "    ```sh\n" + "".join(f"    echo {number}\n      more\n" for number in range(3)) + "    ```"
    parts = split(f"1. Run:\n{block}\n2. Done", 50)
    assert parts[1].startswith("```sh\necho 1\n  more\n")
    assert parts[0].endswith("\n    ```")


def test_a_block_in_a_quote_stays_in_it() -> None:
    """The quote's mark opens each part's fence."""
    quoted = "> ```\n" + "".join(f"> line {number}\n" for number in range(8)) + "> ```"
    assert all(part.startswith("> ```\n") and part.endswith("\n> ```") for part in split(quoted, 45))


def test_a_block_that_is_never_closed_is_closed_at_each_cut() -> None:
    """Only the last part ends as the text does."""
    parts = split("```\n" + "line\n" * 10, 30)
    assert all(part.startswith("```\nline") for part in parts)
    assert all(part.endswith("line\n```") for part in parts[:-1])


def test_blank_lines_at_the_end_of_a_block_make_no_part() -> None:
    """A block whose rest is blank ends with the part."""
    assert split("```\n" + "x" * 20 + "\n" * 50 + "```\nafter", 30) == (f"```\n{'x' * 20}\n```", "after")


def test_inline_code_and_links_are_not_cut() -> None:
    """Half of a command or of an address is worse than a short part."""
    code = "`Get-Mailbox -Identity ann`"
    link = "[the long guide](https://x.example/guide)"
    assert split(f"First run this one {code} now", 40) == ("First run this one", f"{code} now")
    assert split(f"See what it says in {link}", 45) == ("See what it says in", link)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused(limit: int) -> None:
    """There is no text without characters."""
    with pytest.raises(ValueError, match="at least 1 character"):
        split("text", limit)


def test_a_limit_too_small_for_a_fence_is_refused_in_numbers() -> None:
    """Whoever set the limit reads what it takes."""
    with pytest.raises(ValueError, match="needs 19 characters, the limit is 18"):
        split("```powershell\nGet-Thing\n```", 18)
    assert split("```powershell\nabc\n```", 19)[0] == "```powershell\na\n```"


#: § is the language of the blocks, which is repeated where they are opened again.
PIECES = [
    *(
        "word ",
        "Longer sentence here. ",
        "line\n",
        "para\n\n",
        "x" * 30,
        "`code a`",
        "[l](https://a.b)",
        "```",
        "```§\n",
    ),
    *(
        "\n```\n",
        "~~~\n",
        "\n> ```\n",
        "- ```§\n",
        "    ",
        "\t",
        "é",
        "e\u0301",
        FAMILY,
        FLAG,
        "🇩",
        "\r\n",
        "\u2028",
        "。",
        "\ud83d",
    ),
    *("```" + "i" * 50, "````", "\n" * 9, "`" * 9),
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=60).map("".join)


@given(TEXTS, st.integers(128, 200))
@example("```\n\n\n\n" + "\n" * 200 + "x\n```", 128)
@example(" " * 300 + "- ```" + " " * 300 + "§\nx\n" * 99, 128)
def test_any_text_is_cut_within_the_limit_and_nothing_is_lost(text: str, limit: int) -> None:
    """Parts are short enough and not blank; apart from fences, every visible character comes through in order."""
    parts = split(text, limit)
    assert all(0 < len(part) <= limit and part.strip() for part in parts)
    assert visible(re.sub("[`~>§]", "", "".join(parts))) == visible(re.sub("[`~>§]", "", text))


@given(TEXTS.map(lambda text: re.sub("[`~]", "", text)), st.integers(1, 60))
def test_text_without_blocks_loses_nothing_at_any_limit(text: str, limit: int) -> None:
    """Down to one character a part."""
    parts = split(text, limit)
    assert all(0 < len(part) <= limit and part.strip() for part in parts)
    assert visible("".join(parts)) == visible(text)


@given(st.text(max_size=200), st.integers(1, 128))
def test_a_small_limit_is_obeyed_or_refused(text: str, limit: int) -> None:
    """Nothing but ValueError is ever raised, and only where a block is in the way."""
    try:
        parts = split(text, limit)
    except ValueError:
        assume(False)
    assert all(0 < len(part) <= limit for part in parts)


@pytest.mark.parametrize(
    "unit", ["x", "\n", "`a ", "`", "[a](b", "🇩🇪", "e\u0301", "```\n", "- ```a\nb\n```\n", "a.\u2028", "\u0301"]
)
def test_long_hostile_texts_are_read_to_the_end(unit: str) -> None:
    """A hundred thousand characters, whatever they are."""
    text = unit * (100_000 // len(unit))
    assert all(0 < len(part) <= 3000 for part in split(text, 3000))
