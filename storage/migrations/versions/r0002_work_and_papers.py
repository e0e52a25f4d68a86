"""Work rows, posts, documents, escalations, the flow library, and keyword search.

Revision: 0002
"""

import sqlalchemy as sa
from alembic import op

from storage.search import create_statements, drop_statements
from storage.types import JsonObject, Utc

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "flows",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("matched", sa.Integer(), server_default="0", nullable=False),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("worked", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("matched_at", Utc(), nullable=True),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("updated_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_flows_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flows")),
        sa.UniqueConstraint("account_id", "slug", name=op.f("uq_flows_account_id_slug")),
    )
    op.create_table(
        "drafts",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state_version", sa.Integer(), nullable=False),
        sa.Column("markdown", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("fallback", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_drafts_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_drafts_session_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_session_id"), "drafts", ["session_id"], unique=False)
    op.create_table(
        "escalations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("queue", sa.Text(), server_default="", nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("package", sa.Text(), server_default="", nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_at", Utc(), nullable=True),
        sa.Column("reminders", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_escalations_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["claimed_by"], ["users.id"], name=op.f("fk_escalations_claimed_by")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_escalations_created_by")),
        sa.ForeignKeyConstraint(["person_id"], ["users.id"], name=op.f("fk_escalations_person_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_escalations_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
    )
    op.create_index(
        "ix_escalations_open",
        "escalations",
        ["account_id", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(op.f("ix_escalations_session_id"), "escalations", ["session_id"], unique=False)
    op.create_table(
        "notes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("markdown", sa.Text(), server_default="", nullable=False),
        sa.Column("edited", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("internal", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default="", nullable=False),
        sa.Column("minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("marker", sa.Text(), server_default="", nullable=False),
        sa.Column("posted_by", sa.Text(), nullable=False),
        sa.Column("posted_at", Utc(), nullable=False),
        sa.Column("results", JsonObject(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_notes_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["posted_by"], ["users.id"], name=op.f("fk_notes_posted_by")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_notes_session_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_session_id"), "notes", ["session_id"], unique=False)
    op.create_table(
        "posts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("ref", sa.Text(), server_default="", nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_posts_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_posts_conversation_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_posts_session_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    op.create_index("ix_posts_shown", "posts", ["session_id", "subject"], unique=False)
    op.create_table(
        "surfaces",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("platform", sa.Text(), server_default="", nullable=False),
        sa.Column("handle", sa.Text(), server_default="", nullable=False),
        sa.Column("data", JsonObject(), nullable=False),
        sa.Column("waits_for", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_surfaces_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_surfaces_session_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_surfaces_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surfaces")),
    )
    op.create_index(op.f("ix_surfaces_expires_at"), "surfaces", ["expires_at"], unique=False)
    op.create_index(op.f("ix_surfaces_session_id"), "surfaces", ["session_id"], unique=False)
    op.create_index(
        "ix_surfaces_waiting",
        "surfaces",
        ["waits_for"],
        unique=False,
        sqlite_where=sa.text("waits_for <> ''"),
        postgresql_where=sa.text("waits_for <> ''"),
    )
    op.create_table(
        "ticket_contexts",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_ticket_contexts_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_ticket_contexts_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_ticket_contexts")),
    )
    op.create_table(
        "work",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("payload", JsonObject(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("tried", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", Utc(), nullable=True),
        sa.Column("leased_by", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("finished_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_work_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_work_session_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_work_dead",
        "work",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.create_index(
        "ix_work_done",
        "work",
        ["finished_at"],
        unique=False,
        sqlite_where=sa.text("state = 'done'"),
        postgresql_where=sa.text("state = 'done'"),
    )
    op.create_index(
        "ix_work_due",
        "work",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_work_lane",
        "work",
        ["lane", "account_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_work_session", "work", ["session_id"], unique=False)
    op.create_index("ix_work_subject", "work", ["subject"], unique=False)
    op.create_index(
        "uq_work_dedupe",
        "work",
        ["dedupe_key", "account_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open' AND dedupe_key IS NOT NULL"),
        postgresql_where=sa.text("state = 'open' AND dedupe_key IS NOT NULL"),
    )
    op.create_index(
        "uq_work_leased",
        "work",
        ["lane", "account_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open' AND leased_by IS NOT NULL"),
        postgresql_where=sa.text("state = 'open' AND leased_by IS NOT NULL"),
    )
    for ddl in create_statements(op.get_bind().dialect.name):
        op.execute(ddl)


def downgrade() -> None:
    for ddl in drop_statements(op.get_bind().dialect.name):
        op.execute(ddl)
    op.drop_index(
        "uq_work_leased",
        table_name="work",
        sqlite_where=sa.text("state = 'open' AND leased_by IS NOT NULL"),
        postgresql_where=sa.text("state = 'open' AND leased_by IS NOT NULL"),
    )
    op.drop_index(
        "uq_work_dedupe",
        table_name="work",
        sqlite_where=sa.text("state = 'open' AND dedupe_key IS NOT NULL"),
        postgresql_where=sa.text("state = 'open' AND dedupe_key IS NOT NULL"),
    )
    op.drop_index("ix_work_subject", table_name="work")
    op.drop_index("ix_work_session", table_name="work")
    op.drop_index(
        "ix_work_lane",
        table_name="work",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(
        "ix_work_due",
        table_name="work",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(
        "ix_work_done",
        table_name="work",
        sqlite_where=sa.text("state = 'done'"),
        postgresql_where=sa.text("state = 'done'"),
    )
    op.drop_index(
        "ix_work_dead",
        table_name="work",
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.drop_table("work")
    op.drop_table("ticket_contexts")
    op.drop_index(
        "ix_surfaces_waiting",
        table_name="surfaces",
        sqlite_where=sa.text("waits_for <> ''"),
        postgresql_where=sa.text("waits_for <> ''"),
    )
    op.drop_index(op.f("ix_surfaces_session_id"), table_name="surfaces")
    op.drop_index(op.f("ix_surfaces_expires_at"), table_name="surfaces")
    op.drop_table("surfaces")
    op.drop_index("ix_posts_shown", table_name="posts")
    op.drop_table("posts")
    op.drop_index(op.f("ix_notes_session_id"), table_name="notes")
    op.drop_table("notes")
    op.drop_index(op.f("ix_escalations_session_id"), table_name="escalations")
    op.drop_index(
        "ix_escalations_open",
        table_name="escalations",
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.drop_table("escalations")
    op.drop_index(op.f("ix_drafts_session_id"), table_name="drafts")
    op.drop_table("drafts")
    op.drop_table("flows")
