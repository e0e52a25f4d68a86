"""What a model is told for a document: within a budget, nothing left out without a word, and nobody of the desk by name."""

from core.documents.bundle import Bundle, BundleFact, Check, DocumentKind, Said
from core.documents.request import CHAT, ENTRY, LIST, draft_request
from core.facts.model import SourceType
from core.thinking.budget import tokens_of
from tests.builders import later

LOG = "2026-01-01 12:00:00 ERROR outbox stuck, code 0x8004010F, retry later; " * 290


def told(bundle: Bundle, kind: DocumentKind = DocumentKind.CONCLUSION, names: tuple[str, ...] = ()) -> str:
    return draft_request(kind, bundle, names).messages[0].text


def between(text: str, tag: str) -> list[str]:
    return text.partition(f"<{tag}>\n")[2].partition(f"\n</{tag}>")[0].split("\n")


def chat(*texts: str, first: int = 1) -> tuple[Said, ...]:
    return tuple(Said(who="engineer", text=text, number=number) for number, text in enumerate(texts, start=first))


class TestChat:
    def test_all_of_a_short_one_is_told(self) -> None:
        said = chat(*(f"Line {number}" for number in range(1, 200)))
        assert between(told(Bundle(title="It hangs", transcript=said)), "chat") == [
            f"engineer: Line {number}" for number in range(1, 200)
        ]

    def test_of_a_long_one_the_oldest_messages_give_way(self) -> None:
        lines = between(told(Bundle(title="It hangs", transcript=chat(*(f"{n} {LOG}" for n in range(1, 81))))), "chat")
        assert lines[0] == "(Earlier messages are left out here.)"
        assert lines[-1].startswith("engineer: 80 ")
        assert "characters are left out here" in lines[1]
        assert "left out" not in "".join(lines[2:])
        assert CHAT * 0.9 < tokens_of("\n".join(lines[1:])) <= CHAT

    def test_one_of_which_only_the_end_was_read_says_so(self) -> None:
        lines = between(told(Bundle(title="It hangs", transcript=chat("And now?", first=7))), "chat")
        assert lines == ["(Earlier messages are left out here.)", "engineer: And now?"]

    def test_names_of_engineers_are_not_sent_with_it(self) -> None:
        """As they are not with the record."""
        facts = (BundleFact(text="Erin Novak saw the light", source_type=SourceType.NOTE),)
        said = chat("Erin Novak rebooted it", "FlowPilot, ask Erin Novak about FP-12")
        text = told(Bundle(title="It hangs", facts=facts, transcript=said), names=("Erin Novak",))
        assert "Novak" not in text
        assert "FP-12" not in text
        assert between(text, "chat")[0].endswith("rebooted it")


class TestRecord:
    def test_all_facts_are_told(self) -> None:
        facts = tuple(
            BundleFact(text=f"Desk {number} is affected", source_type=SourceType.TICKET) for number in range(700)
        )
        text = told(Bundle(title="It hangs", facts=facts), DocumentKind.RESOLUTION)
        assert all(f"- {fact.text}\n" in text for fact in facts)

    def test_facts_that_are_too_many_are_left_out_by_number(self) -> None:
        facts = tuple(BundleFact(text=f"{n} " + "fact " * 80, source_type=SourceType.NOTE) for n in range(3_000))
        text = told(Bundle(title="It hangs", facts=facts), DocumentKind.RESOLUTION)
        lines = text.partition("Confirmed facts:\n")[2].partition("\nChecks")[0].split("\n")
        assert lines[0].startswith("- 0 fact")
        assert lines[-1].startswith("- 2999 fact")
        assert f"({3_000 - len(lines) + 1:,} more of these are left out here: the list is too long.)" in lines
        assert tokens_of(text) <= LIST * 2

    def test_an_answer_as_long_as_a_log_is_cut(self) -> None:
        check = Check(text="What does the log say?", finding=f"First {LOG} last", kind="question", at=later())
        (line,) = [x for x in between(told(Bundle(title="It hangs", checks=(check,))), "record") if "the log say" in x]
        assert "First" in line
        assert line.endswith("last")
        assert tokens_of(line) <= ENTRY

    def test_the_problem_is_told_though_it_were_as_long_as_a_log(self) -> None:
        text = told(Bundle(title="It hangs…", intake=LOG, summary=LOG), DocumentKind.ESCALATION)
        assert tokens_of(text) < 2 * ENTRY
