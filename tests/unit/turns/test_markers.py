"""Marker blocks never show, whatever the text is and however it is cut into chunks."""

import json
import re
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.fixes.model import FixStatus
from core.turns.blocks import LONGEST_LINE, LONGEST_TEXT, MOST_ITEMS, MOST_OPTIONS, Blocks
from core.turns.markers import LONGEST_ANSWER, LONGEST_BLOCK, NAMES, Marked, MarkerReader, read

FIX = {"title": "Clear the queue", "description": "Stop the spooler, clear it, start it.", "confidence_pct": 85}
MARKER = re.compile(rf"\[/?(?:{'|'.join(NAMES)})\]", re.IGNORECASE)
#: What models write, and what might confuse a reader of it.
PIECES = st.sampled_from([
    *(f"[{name}]" for name in NAMES), *(f"[/{name}]" for name in NAMES), "[", "]", "[/", "[[", "[q", "[QUESTIONS", "[PROMOTE",
    "[questions]", "[/Questions]", json.dumps(FIX), json.dumps([FIX]), '[{"text": "Is it plugged in?"}]', '{"status": "worked"}',
    '{"confidence_pct": 140}', "70", "-5", "NaN", "1e999", "null", '"', "'", "\\", '\\"', '"[/QUESTIONS]"', "{", "}", "```",
    "```json",
    "``", "`", "```json\n", "\n```\n", "\n", "\n\n", " ", "\t", "\r\n", "Check the spooler.", "then", "\ud83d",
    "\U0001f469", "\0", "İ", "ß", ",", ":", "\nOpen it.", "true ",
    '[CONFIDENCE]{"confidence_pct": 50}\n', '[PROMOTE][{"text": "a',
])  # fmt: skip
PROSE = st.text(alphabet=st.characters(exclude_characters="[`"), max_size=60)
#: A payload of each kind that is well formed.
BLOCKS = {
    "QUESTIONS": '[{"text": "Does [it] print?", "options": ["Yes", "No"]}]',
    "ACTIONS": '\n```json\n[\n  {"text": "Print a \\"page\\""}\n]\n```',
    "PROMOTE": '[{"text": "It is {down}", "source": "m1"}]',
    "SUGGEST_FIX": json.dumps(FIX, indent=2),
    "FIX_OUTCOME": '"worked"',
    "CONFIDENCE": "70",
}
TEXTS = st.lists(st.one_of(PIECES, PIECES, st.text(max_size=5)), max_size=25).map("".join)


def cut(text: str, sizes: list[int]) -> list[str]:
    """The text in chunks of these sizes, the rest in one."""
    chunks, at = [], 0
    for size in sizes:
        chunks.append(text[at : at + size])
        at += size
    return [*chunks, text[at:]]


def streamed(chunks: list[str]) -> tuple[list[str], Marked]:
    """What was visible after each chunk, and the end."""
    reader, seen = MarkerReader(), []
    for chunk in chunks:
        reader.feed(chunk)
        seen.append(reader.text)
    return seen, reader.end()


class TestAnyText:
    @settings(max_examples=150, deadline=None)
    @given(text=TEXTS, sizes=st.lists(st.integers(0, 9), max_size=30))
    def test_every_way_to_cut_it_gives_the_same_prose_and_blocks(self, text: str, sizes: list[int]) -> None:
        seen, marked = streamed(cut(text, sizes))
        assert marked == read(text)
        assert all(later.startswith(earlier) for earlier, later in pairwise([*seen, marked.prose]))

    @settings(max_examples=150, deadline=None)
    @given(text=TEXTS)
    @example(text="[QUESTIONS[/QUESTIONS]]")
    def test_no_marker_shows_at_any_moment(self, text: str) -> None:
        seen, marked = streamed(list(text))
        assert [shown for shown in [*seen, marked.prose] if MARKER.search(shown)] == []

    @settings(max_examples=150, deadline=None)
    @given(text=TEXTS)
    def test_blocks_are_within_bounds(self, text: str) -> None:
        blocks = read(text).blocks
        assert len(blocks.questions) <= MOST_ITEMS
        assert len(blocks.actions) <= MOST_ITEMS
        assert all(0 < len(item.text) <= LONGEST_LINE for item in (*blocks.questions, *blocks.actions))
        assert blocks.confidence is None or 0 <= blocks.confidence <= 1
        assert blocks.fix is None or 0 <= blocks.fix.confidence <= 1

    @given(text=st.text(alphabet=st.characters(exclude_characters="[`"), max_size=200))
    def test_prose_without_markers_stays_as_it_is(self, text: str) -> None:
        assert read(text).prose == text.strip()
        assert read(text).dropped == {}

    @settings(max_examples=120, deadline=None)
    @given(
        before=PROSE,
        block=st.sampled_from(sorted(BLOCKS)),
        between=st.sampled_from(["\n", "\n\n", " \n", "\r\n"]),
        after=PROSE.filter(lambda text: text.strip()[:1] not in tuple(",:{}]")),
        sizes=st.lists(st.integers(0, 9), max_size=30),
    )
    def test_a_block_without_its_closing_mark_counts_and_what_follows_is_prose(
        self, before: str, block: str, between: str, after: str, sizes: list[int]
    ) -> None:
        """As if the mark stood there."""
        text = f"{before}\n[{block}]{BLOCKS[block]}"
        closed = read(f"{text}[/{block}]{between}{after}")
        seen, marked = streamed(cut(f"{text}{between}{after}", sizes))
        assert (marked, marked.dropped) == (closed, {})
        assert all(later.startswith(earlier) for earlier, later in pairwise([*seen, marked.prose]))

    @settings(max_examples=100, deadline=None)
    @given(before=TEXTS, name=st.sampled_from(NAMES), end=st.integers(1, 12))
    def test_a_marker_that_is_cut_off_at_the_end_does_not_show(self, before: str, name: str, end: int) -> None:
        half = f"[/{name}]"[: end + 1]
        shown = read(f"Do this. {half}").prose
        assert shown == "Do this." or half == f"[/{name}]"


class TestBlocks:
    def test_an_answer_is_prose_and_blocks(self) -> None:
        marked = read(
            "Restart the spooler first.\n\n"
            '[QUESTIONS][{"text": "Does it print?", "options": ["Yes", "No"]}][/QUESTIONS]\n'
            '[PROMOTE][{"text": "Only PRT01 is affected", "source": "m3"}][/PROMOTE]\n'
            f"[SUGGEST_FIX]{json.dumps(FIX)}[/SUGGEST_FIX]\n[FIX_OUTCOME]"
            '{"status": "worked"}[/FIX_OUTCOME][CONFIDENCE]{"confidence_pct": 70}[/CONFIDENCE]'
        )
        assert marked.prose == "Restart the spooler first."
        blocks = marked.blocks
        assert [(item.text, item.options) for item in blocks.questions] == [("Does it print?", ("Yes", "No"))]
        assert [(fact.text, fact.source) for fact in blocks.facts] == [("Only PRT01 is affected", "m3")]
        assert blocks.fix is not None
        assert (blocks.fix.title, blocks.fix.confidence) == ("Clear the queue", 0.85)
        assert (blocks.outcome, blocks.confidence, marked.dropped) == (FixStatus.SUCCESS, 0.7, {})

    def test_the_last_well_formed_block_of_a_kind_wins(self) -> None:
        marked = read("[CONFIDENCE]10[/CONFIDENCE][CONFIDENCE]20[/CONFIDENCE][CONFIDENCE]oops[/CONFIDENCE]")
        assert (marked.blocks.confidence, marked.dropped) == (0.2, {"CONFIDENCE": 1})

    @pytest.mark.parametrize(("said", "kept"), [("140", 1.0), ("-3", 0.0), ("99.5", 0.995), ("10" * 300, 1.0)])
    def test_a_percentage_is_clamped(self, said: str, kept: float) -> None:
        assert read(f"[CONFIDENCE]{said}[/CONFIDENCE]").blocks.confidence == kept

    @pytest.mark.parametrize("said", ["NaN", "Infinity", "true", '"80"', "[]", "{}", "", "1" * 5000, "[" * 9000])
    def test_what_is_no_percentage_is_dropped_and_counted(self, said: str) -> None:
        marked = read(f"[CONFIDENCE]{said}[/CONFIDENCE]")
        assert (marked.blocks.confidence, marked.dropped) == (None, {"CONFIDENCE": 1})

    @pytest.mark.parametrize(
        "text",
        [
            "One.\n```json\n[CONFIDENCE]70[/CONFIDENCE]\n```\nTwo.",
            "One.\n[CONFIDENCE]\n```json\n70\n```\n[/CONFIDENCE]\nTwo.",
            "One.\n\n```\n[CONFIDENCE]70[/CONFIDENCE]\n[PROMOTE][][/PROMOTE]\n```\n\nTwo.",
            "One.\n[confidence]70[/Confidence]\nTwo.",
        ],
    )
    def test_fences_around_and_in_a_block_are_tolerated(self, text: str) -> None:
        marked = read(text)
        assert marked.blocks.confidence == 0.7
        assert re.split(r"\n+", marked.prose) == ["One.", "Two."]

    def test_code_for_the_engineer_keeps_its_fences(self) -> None:
        text = "Run:\n\n```powershell\nGet-Service Spooler\n```\n[CONFIDENCE]70[/CONFIDENCE]\nThen say what it shows."
        shown = read(text).prose
        assert shown == "Run:\n\n```powershell\nGet-Service Spooler\n```\n\nThen say what it shows."

    def test_a_marker_within_a_string_of_the_payload_is_only_a_word(self) -> None:
        marked = read('[QUESTIONS][{"text": "What does [/QUESTIONS] mean?"}][/QUESTIONS] Tell me.')
        assert [item.text for item in marked.blocks.questions] == ["What does [/QUESTIONS] mean?"]
        assert marked.prose == "Tell me."

    def test_a_block_that_is_not_closed_ends_where_the_next_one_opens(self) -> None:
        marked = read('One.\n[QUESTIONS][{"text": "a"}]\n[CONFIDENCE]70[/CONFIDENCE]\nTwo.')
        assert (marked.prose, marked.blocks.confidence) == ("One.\n\nTwo.", 0.7)
        assert [item.text for item in marked.blocks.questions] == ["a"]
        broken = read('One.\n[QUESTIONS][{"text": "a"}\n[CONFIDENCE]70[/CONFIDENCE]\nTwo.')
        assert (broken.prose, broken.blocks.confidence) == ("One.\n\nTwo.", 0.7)
        assert broken.dropped == {"QUESTIONS": 1}

    def test_what_follows_a_block_that_is_not_closed_is_seen_as_it_comes(self) -> None:
        reader = MarkerReader()
        reader.feed('[CONFIDENCE]{"confidence_pct": 50}\nOpen the outbox')
        assert reader.text == "Open the outbox"

    @pytest.mark.parametrize(
        ("text", "prose"),
        [
            ('[CONFIDENCE]{"confidence_pct": 50} Open it.', "Open it."),
            ('[CONFIDENCE]{"confidence_pct": 50}. Open it.\nThen close it.', ". Open it.\nThen close it."),
            ("[CONFIDENCE]{confidence: 50}\nOpen it.", "Open it."),
            ("[CONFIDENCE]fifty\nOpen it.", "fifty\nOpen it."),
            ("[CONFIDENCE]\nOpen it.", "Open it."),
            ("See the [CONFIDENCE] below.\n[CONFIDENCE]50[/CONFIDENCE]\nOpen it.", "See the below.\n\nOpen it."),
            ('[QUESTIONS][{"text": "a", "options": ["x"]}\nOpen it.', "Open it."),
            ('[QUESTIONS]{"text": "a"}\n{"text": "b"}\nOpen it.', "Open it."),
            ('[QUESTIONS][{"text": "a"}][/ACTIONS]\nOpen it.', "Open it."),
            ('[QUESTIONS][{"text": "a"}][QUESTIONS]\nOpen it.', "Open it."),
            (
                '[QUESTIONS]["a"]\n[The guide](https://example.com) says how.',
                "[The guide](https://example.com) says how.",
            ),
            ('[SUGGEST_FIX]{"title": "x}[/SUGGEST_FIX] Open it.\nThen close it.', "Open it.\nThen close it."),
        ],
    )
    def test_prose_that_can_be_told_from_a_broken_block_is_not_lost(self, text: str, prose: str) -> None:
        marked = read(text)
        assert (marked.prose, marked.cut) == (prose, False)

    @pytest.mark.parametrize(
        "text",
        [
            "Try this.\n[CONFIDENCE]fifty[/CONFIDENCE]",
            "Try this.\n[CONFIDENCE]\nas sure as can be\n[/CONFIDENCE]",
            'Try this.\n[QUESTIONS]\n{"text": "a"}\n{"text": "b"}\n[/QUESTIONS]',
            'Try this.\n[CONFIDENCE]{"confidence_pct": 50} percent[/CONFIDENCE]',
        ],
    )
    def test_what_stands_between_marks_is_no_prose_however_broken_it_is(self, text: str) -> None:
        marked = read(text)
        assert (marked.prose, marked.blocks, sum(marked.dropped.values())) == ("Try this.", Blocks(), 1)

    @pytest.mark.parametrize(
        ("text", "cut"),
        [
            ("Try this.", False),
            ("Try this.\n[CONFIDENCE]50[/CONFIDENCE]", False),
            ("Try this.\n[CONFIDENCE]50[/CONFID", False),
            ("Try this.\n[CONFIDENCE]5", True),
            ('Try this.\n[QUESTIONS][{"text": "Is it', True),
            ('Try this.\n[QUESTIONS][{"text": "Is it\nplugged in', True),
            ("Try this.\n[QUESTIONS]", True),
            ("Try this.\n[QUEST", True),
            ("Try this. " * LONGEST_ANSWER, True),
        ],
    )
    def test_an_answer_that_ends_in_the_middle_of_something_is_known_to_be_cut(self, text: str, cut: bool) -> None:
        marked = read(text)
        assert marked.prose.startswith("Try this.")
        assert marked.cut is cut

    def test_a_quote_that_is_left_open_does_not_swallow_the_rest(self) -> None:
        marked = read('[SUGGEST_FIX]{"title": "x}[/SUGGEST_FIX]\nTry this.')
        assert (marked.prose, marked.blocks.fix, marked.dropped) == ("Try this.", None, {"SUGGEST_FIX": 1})

    def test_an_answer_that_is_cut_off_in_a_block_keeps_its_prose(self) -> None:
        marked = read('Try this.\n[SUGGEST_FIX]{"title": "Clear')
        assert (marked.prose, marked.dropped) == ("Try this.", {"SUGGEST_FIX": 1})

    def test_sizes_are_bounded(self) -> None:
        items = [{"text": "x " * 999, "options": [str(n) for n in range(99)], "detail": "y " * 4500}]
        kept = read(f"[QUESTIONS]{json.dumps(items)}[/QUESTIONS]").blocks.questions
        assert len(kept[0].text) <= LONGEST_LINE
        assert (len(kept[0].options), len(kept[0].detail)) == (MOST_OPTIONS, LONGEST_TEXT - 1)
        many = read(f"[ACTIONS]{json.dumps([{'text': str(n)} for n in range(99)])}[/ACTIONS]").blocks.actions
        assert len(many) == MOST_ITEMS
        long = read(f"Do. [PROMOTE]{' ' * LONGEST_BLOCK}[][/PROMOTE] Then.")
        assert (long.prose, long.dropped) == ("Do. Then.", {"PROMOTE": 1})
        assert len(read("x" * (LONGEST_ANSWER + 5)).prose) == LONGEST_ANSWER

    def test_unknown_keys_and_entries_that_are_none_are_left_out(self) -> None:
        marked = read('[ACTIONS][{"text": "Ping it", "id": 7, "evil": {}}, 5, null, {"text": ""}, "Reboot"][/ACTIONS]')
        assert [item.text for item in marked.blocks.actions] == ["Ping it", "Reboot"]
