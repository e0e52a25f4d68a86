"""Keyword search: FTS5 in SQLite, full text search in PostgreSQL; titles weigh three times the rest (measured: docs).

Both see only letters and digits, folded in the same way, so a term may hold anything: nothing of it is an operator.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from sqlalchemy import Float, Text, column, text

from storage.statements import Connection, Statement

__all__ = ["FLOW_SEARCH", "SESSION_SEARCH", "Index", "create_statements", "drop_statements"]

#: Characters of a text that are indexed: PostgreSQL takes a megabyte of words.
LONGEST = 100_000
#: Terms that are looked for, and characters of one; core.flows.terms gives 32 of 64 at most.
MOST_TERMS = 64
LONGEST_TERM = 200
#: Characters of a word that count: PostgreSQL refuses very long ones.
LONGEST_WORD = 64

_WORD = re.compile(r"[^\W_]+")


class Index:
    """A search index over rows of one kind. Table names are constants of this module, never input."""

    def __init__(self, table: str) -> None:
        self.table = table
        found = (column("id", Text), column("score", Float))
        self._search = Statement(
            text(
                f"SELECT {table}.id, -bm25({table}_words, 3.0, 1.0) AS score "  # noqa: S608
                f"FROM {table}_words JOIN {table} ON {table}.number = {table}_words.rowid "
                f"WHERE {table}_words MATCH :query AND {table}.account_id = :account "
                f"ORDER BY score DESC, {table}.id LIMIT :limit"
            ).columns(*found),
            postgresql=text(
                f"SELECT id, ts_rank('{{0, 0, 0.33, 1}}', vector, query) AS score "  # noqa: S608
                f"FROM {table}, to_tsquery('english', :query) AS query "
                "WHERE vector @@ query AND account_id = :account ORDER BY score DESC, id LIMIT :limit"
            ).columns(*found),
        )
        self._put = Statement(
            text(
                f"INSERT INTO {table} (id, account_id, title, words) VALUES (:id, :account, :title, :words) "  # noqa: S608
                "ON CONFLICT (id) DO UPDATE SET title = excluded.title, words = excluded.words "
                f"WHERE {table}.account_id = excluded.account_id"
            ),
            postgresql=text(
                f"INSERT INTO {table} (id, account_id, vector) VALUES (:id, :account, "  # noqa: S608
                "setweight(to_tsvector('english', :title), 'A') || setweight(to_tsvector('english', :words), 'B')) "
                "ON CONFLICT (id) DO UPDATE SET vector = excluded.vector "
                f"WHERE {table}.account_id = excluded.account_id"
            ),
        )
        self._remove = Statement(text(f"DELETE FROM {table} WHERE id = :id AND account_id = :account"))  # noqa: S608

        self._clear = Statement(text(f"DELETE FROM {table} WHERE account_id = :account"))  # noqa: S608

    def put(self, db: Connection, *, id: str, account_id: str, title: str, words: str) -> None:
        """Index a row, in the place of what it held before."""
        db.run(self._put, id=id, account=account_id, title=_plain(title), words=_plain(words))

    def remove(self, db: Connection, *, id: str, account_id: str) -> None:
        """Take a row out."""
        db.run(self._remove, id=id, account=account_id)

    def clear(self, db: Connection, account_id: str) -> None:
        """Take all of an account's rows out."""
        db.run(self._clear, account=account_id)

    def scores(self, db: Connection, account_id: str, terms: Sequence[str], *, limit: int) -> Mapping[str, float]:
        """Id → raw score, higher is better, of rows that hold at least one of the terms. Best first."""
        wanted = [phrase for phrase in dict.fromkeys(_plain(term[:LONGEST_TERM]) for term in terms) if phrase][
            :MOST_TERMS
        ]
        if not wanted:
            return {}
        phrase, either = ("'{}'", " | ") if db.dialect.name == "postgresql" else ('"{}"', " OR ")
        query = either.join(map(phrase.format, wanted))
        return {
            str(id): float(score) for id, score in db.all(self._search, query=query, account=account_id, limit=limit)
        }


def _plain(text: str) -> str:
    """Letters and digits of a text, without accents, in lower case, everything else a space."""
    folded = unicodedata.normalize("NFKD", text[:LONGEST].casefold())
    bare = "".join(character for character in folded if not unicodedata.combining(character))
    return " ".join(word[:LONGEST_WORD] for word in _WORD.findall(bare[:LONGEST]))


FLOW_SEARCH = Index("flow_search")
SESSION_SEARCH = Index("session_search")


def create_statements(dialect: str) -> Sequence[str]:
    """The DDL of both indexes, for migrations."""
    build = _in_postgresql if dialect == "postgresql" else _in_sqlite
    return [ddl for index in (FLOW_SEARCH, SESSION_SEARCH) for ddl in build(index.table)]


def drop_statements(dialect: str) -> Sequence[str]:
    """The DDL that takes both away."""
    tables = [index.table for index in (SESSION_SEARCH, FLOW_SEARCH)]
    if dialect == "postgresql":
        return [f"DROP TABLE {table}" for table in tables]
    return [f"DROP TABLE {name}" for table in tables for name in (table, f"{table}_words")]


def _in_postgresql(table: str) -> Sequence[str]:
    return [
        f"CREATE TABLE {table} (id text PRIMARY KEY, "
        "account_id text NOT NULL REFERENCES accounts (id) ON DELETE CASCADE, vector tsvector NOT NULL)",
        f"CREATE INDEX ix_{table}_vector ON {table} USING gin (vector)",
    ]


def _in_sqlite(table: str) -> Sequence[str]:
    # The words stand in a table of their own, so that a row is found by its id and goes with its account; FTS5, which has
    # neither keys nor constraints, follows by triggers.
    add = f"INSERT INTO {table}_words (rowid, title, words) VALUES (new.number, new.title, new.words);"  # noqa: S608
    remove = (
        f"INSERT INTO {table}_words ({table}_words, rowid, title, words) "  # noqa: S608
        "VALUES ('delete', old.number, old.title, old.words);"
    )
    return [
        f"CREATE TABLE {table} (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, "
        "account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE, "
        "title TEXT NOT NULL, words TEXT NOT NULL)",
        f"CREATE VIRTUAL TABLE {table}_words USING fts5(title, words, content = '{table}', content_rowid = 'number', "
        "tokenize = 'porter unicode61')",
        f"CREATE TRIGGER {table}_added AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {table}_removed AFTER DELETE ON {table} BEGIN {remove} END",
        f"CREATE TRIGGER {table}_changed AFTER UPDATE ON {table} BEGIN {remove} {add} END",
    ]
