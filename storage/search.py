"""Keyword search: FTS5 in SQLite, full text search in PostgreSQL; titles weigh three times the rest (measured: docs)."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Float, Text, column, text

from storage.statements import Connection, Statement

__all__ = ["FLOW_SEARCH", "SESSION_SEARCH", "Index", "create_statements", "drop_statements"]


class Index:
    """A search index over rows of one kind. Table names are constants of this module, never input."""

    def __init__(self, table: str) -> None:
        self.table = table
        found = (column("id", Text), column("score", Float))
        self._search = Statement(
            text(
                f"SELECT id, -bm25({table}, 0.0, 0.0, 3.0, 1.0) AS score FROM {table} "  # noqa: S608
                f"WHERE {table} MATCH :query AND account_id = :account ORDER BY score DESC LIMIT :limit"
            ).columns(*found),
            postgresql=text(
                f"SELECT id, ts_rank(vector, to_tsquery('english', :query)) AS score FROM {table} "  # noqa: S608
                "WHERE vector @@ to_tsquery('english', :query) AND account_id = :account "
                "ORDER BY score DESC LIMIT :limit"
            ).columns(*found),
        )
        self._add = Statement(
            text(f"INSERT INTO {table} (id, account_id, title, words) VALUES (:id, :account, :title, :words)"),  # noqa: S608
            postgresql=text(
                f"INSERT INTO {table} (id, account_id, vector) VALUES (:id, :account, "  # noqa: S608
                "setweight(to_tsvector('english', :title), 'A') || setweight(to_tsvector('english', :words), 'C'))"
            ),
        )
        self._remove = Statement(text(f"DELETE FROM {table} WHERE id = :id"))  # noqa: S608

    def put(self, db: Connection, *, id: str, account_id: str, title: str, words: str) -> None:
        """Index a row, in the place of what it held before."""
        db.run(self._remove, id=id)
        db.run(self._add, id=id, account=account_id, title=title, words=words)

    def remove(self, db: Connection, id: str) -> None:
        """Take a row out."""
        db.run(self._remove, id=id)

    def scores(self, db: Connection, account_id: str, terms: Sequence[str], *, limit: int) -> Mapping[str, float]:
        """Id → raw score, higher is better, of rows that hold at least one of the terms."""
        quoted = _tsquery(terms) if db.dialect.name == "postgresql" else _match(terms)
        if not quoted:
            return {}
        rows = db.all(self._search, query=quoted, account=account_id, limit=limit)
        return {str(id): float(score) for id, score in rows}


def _match(terms: Sequence[str]) -> str:
    return " OR ".join('"' + term.replace('"', '""') + '"' for term in terms if term.strip())


def _tsquery(terms: Sequence[str]) -> str:
    return " | ".join("'" + term.replace("\\", " ").replace("'", "''") + "'" for term in terms if term.strip())


FLOW_SEARCH = Index("flow_search")
SESSION_SEARCH = Index("session_search")


def create_statements(dialect: str) -> Sequence[str]:
    """The DDL of both indexes, for migrations."""
    if dialect == "postgresql":
        return [
            ddl
            for table in ("flow_search", "session_search")
            for ddl in (
                f"CREATE TABLE {table} (id text PRIMARY KEY, account_id text NOT NULL, vector tsvector NOT NULL)",
                f"CREATE INDEX ix_{table}_vector ON {table} USING gin (vector)",
            )
        ]
    return [
        f"CREATE VIRTUAL TABLE {table} USING fts5"
        "(id UNINDEXED, account_id UNINDEXED, title, words, tokenize = 'porter unicode61 remove_diacritics 2')"
        for table in ("flow_search", "session_search")
    ]


def drop_statements() -> Sequence[str]:
    """The DDL that takes both away."""
    return ["DROP TABLE session_search", "DROP TABLE flow_search"]
