"""The inbox: what came in, so that nothing is done twice."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.foreseen import Foreseen
from storage.statements import Connection, Statement
from storage.tables import inbox

__all__ = ["TAKEN", "SqlInbox", "ordered"]

#: The kind of key under which a change waits, with its author's id, beside the key of its message.
_EARLY = "early:"
_INBOX_NAMES = ("key", "other_key", "account_id", "kind", "state", "words", "at")
_INSERT = Statement(insert(inbox).values({name: bindparam(name) for name in _INBOX_NAMES}).inline())
#: Whether one key, or one of two, was taken.
TAKEN = (
    exists().where(or_(inbox.c.key == bindparam("key"), inbox.c.other_key == bindparam("key"))),
    exists().where(
        or_(*(column == bindparam(key) for column in (inbox.c.key, inbox.c.other_key) for key in ("key", "other_key")))
    ),
)
#: A key may stand in either column. What has it in the same column clashes by its unique index, whoever commits first.
_CROSSED = exists().where(or_(inbox.c.key == bindparam("other_key"), inbox.c.other_key == bindparam("key")))
_NEW = select(*(bindparam(name, type_=inbox.c[name].type) for name in _INBOX_NAMES)).where(~_CROSSED)
_TAKE = Statement(
    sqlite.insert(inbox).from_select(_INBOX_NAMES, _NEW).on_conflict_do_nothing().inline(),
    postgresql=postgresql.insert(inbox).from_select(_INBOX_NAMES, _NEW).on_conflict_do_nothing().inline(),
)


def _same(table: Any) -> Any:
    keys: tuple[Any, ...] = (bindparam("key_"), bindparam("other_key_"))
    return or_(*(column == key for column in (table.c.key, table.c.other_key) for key in keys))


_another = inbox.alias("another")
_TAKE_FAILED = Statement(
    update(inbox)
    .where(_same(inbox), inbox.c.state == "failed", ~exists().where(_same(_another), _another.c.state != "failed"))
    .values(state="done")
)
#: What waits for its message waits on when that failed.
_MARKED = or_(inbox.c.state != "early", bindparam("new_state") != "failed")
_MARK = Statement(
    update(inbox).where(_same(inbox), _MARKED).values(state=bindparam("new_state"), answer=bindparam("new_answer"))
)
_UNDONE = or_(inbox.c.state == "waiting", inbox.c.state == "failed")
_RESUME = Statement(update(inbox).where(_same(inbox), _UNDONE).values(state="done"))
_WAITS = Statement(select(inbox.c.key).where(_same(inbox), inbox.c.state == "waiting").limit(1))
_ANSWER = Statement(select(inbox.c.answer).where(_same(inbox), inbox.c.answer != "").limit(1))
#: A deletion, without words, is the last change that a message can have.
_CHANGE_AGAIN = Statement(
    update(inbox)
    .where(_same(inbox), inbox.c.state == "early", inbox.c.words != "")
    .values(words=bindparam("new_words"), at=bindparam("new_at"))
)
_ARRIVE = Statement(
    update(inbox)
    .where(_same(inbox), inbox.c.state == "early")
    .values(state="done", kind=bindparam("new_kind"))
    .returning(inbox.c.key, inbox.c.other_key, inbox.c.words)
)
_FORGET = Statement(delete(inbox).where(inbox.c.at < bindparam("before"), inbox.c.state != "failed"))


def ordered(keys: Sequence[str]) -> tuple[str, str | None]:
    """Each key starts with its kind, so the same kind of key comes to lie in the same column."""
    assert 1 <= len(keys) <= 2, "something that came in has one key or two"
    if len(keys) == 1:
        return keys[0], None
    first, *second = sorted(set(keys))
    return first, second[0] if second else None


class SqlInbox:
    """What came in, once each.

    What is known to be new is written at the end, with the rest (storage.batches): whoever took the same meanwhile has the key,
    and the command is tried again, to find a repeat.
    """

    def __init__(self, db: Connection, foreseen: Foreseen) -> None:
        self._asking = db
        self._unseen = foreseen.unseen
        self._new: list[dict[str, Any]] = []

    @property
    def _db(self) -> Connection:
        """To ask, or to change, what includes the new."""
        self.flush()
        return self._asking

    def flush(self) -> None:
        """Write what is new."""
        new, self._new = self._new, []
        self._asking.run_each(_INSERT, new)

    def take(self, keys: Sequence[str], account_id: str, kind: str, words: str, at: datetime) -> bool:
        """Note it down. False when one of its keys was taken before, by something that did not fail."""
        key, other = ordered(keys)
        values = {"account_id": account_id, "kind": kind, "state": "done", "words": words, "at": at}
        if (key, other) in self._unseen:
            self._unseen.discard((key, other))
            self._new.append({"key": key, "other_key": other, **values})
            return True
        if self._db.run(_TAKE, key=key, other_key=other, **values) == 1:
            return True
        return self._db.run(_TAKE_FAILED, key_=key, other_key_=other) > 0

    def mark(self, keys: Sequence[str], state: str, answer: str = "") -> None:
        """Say what became of it: "done", "refused", "failed" or "waiting"; `answer` is what a repeat of it is answered with."""
        key, other = ordered(keys)
        self._db.run(_MARK, key_=key, other_key_=other, new_state=state, new_answer=answer)

    def resume(self, keys: Sequence[str]) -> bool:
        """Take what was marked "waiting", or "failed" when it was given up. False when it was taken, or nothing waits."""
        key, other = ordered(keys)
        return self._db.run(_RESUME, key_=key, other_key_=other) > 0

    def waits(self, key: str) -> bool:
        """Whether what came in with that key was marked "waiting", and was not taken since."""
        return self._db.one(_WAITS, key_=key, other_key_=None) is not None

    def answer(self, keys: Sequence[str]) -> str:
        """What it was marked with; "" for nothing."""
        key, other = ordered(keys)
        row = self._db.one(_ANSWER, key_=key, other_key_=other)
        return "" if row is None else str(row[0])

    def wait(self, about: str, account_id: str, user_id: str, words: str, at: datetime) -> bool:
        """Keep a change of a message that has not come, in its place: `about` is the message's key, no `words` a deletion.

        False when the message has come, or somebody else's change or a deletion waits for it.
        """
        mine = f"{_EARLY}{user_id}:{about}"
        key, other = ordered((about, mine))
        values = {"account_id": account_id, "kind": "EditMessage", "state": "early", "words": words, "at": at}
        if self._db.run(_TAKE, key=key, other_key=other, **values) == 1:
            return True
        return self._db.run(_CHANGE_AGAIN, key_=mine, other_key_=None, new_words=words, new_at=at) > 0

    def arrive(self, keys: Sequence[str], kind: str) -> tuple[str, str] | None:
        """Take a message in whose place a change waits: whose change it is, and its words. None when none waits."""
        key, other = ordered(keys)
        row = self._db.one(_ARRIVE, key_=key, other_key_=other, new_kind=kind)
        if row is None:
            return None
        mine = next(str(name) for name in row[:2] if str(name).startswith(_EARLY))
        return mine.removeprefix(_EARLY).partition(":")[0], str(row[2])

    def forget(self, before: datetime) -> int:
        """Delete what came in before that time and did not fail, and say how many."""
        return self._db.run(_FORGET, before=before)
