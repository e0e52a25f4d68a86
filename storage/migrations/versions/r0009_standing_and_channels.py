"""How people stand to a workspace, people who have not come in yet, and what is known of channels.

Revision: 0009
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.types import Utc

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("users", sa.Column("removed", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("conversations", sa.Column("unsure", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    with op.batch_alter_table("identities", copy_from=_identities()) as identities:
        identities.alter_column("user_id", existing_type=sa.Text(), nullable=True)
        for column in _added():
            identities.add_column(column)
    op.execute("UPDATE identities SET standing = 'guest' WHERE user_id IN (SELECT id FROM users WHERE role IS NULL)")
    op.create_table(
        "channels",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("here", sa.Boolean(), nullable=True),
        sa.Column("guests", sa.Boolean(), nullable=True),
        sa.Column("asked_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_channels_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_channels_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "channel", name=op.f("pk_channels")),
    )


def downgrade() -> None:
    op.drop_table("channels")
    op.execute("DELETE FROM identities WHERE user_id IS NULL")
    with op.batch_alter_table("identities", copy_from=_identities(*_added())) as identities:
        for column in _added():
            identities.drop_column(column.name)
        identities.alter_column("user_id", existing_type=sa.Text(), nullable=False)
    op.drop_column("conversations", "unsure")
    op.drop_column("users", "removed")


def _added() -> "list[sa.Column[Any]]":
    """What identities get."""
    return [
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("standing", sa.Text(), server_default="member", nullable=False),
        sa.Column("asked_at", Utc(), nullable=True),
    ]


def _identities(*more: "sa.Column[Any]") -> sa.Table:
    """The table as it was, with its constraints: SQLite has to make it anew to let a column be NULL."""
    return sa.Table(
        "identities",
        sa.MetaData(),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_identities_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_identities_user_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_identities_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("workspace_id", "external_id", name=op.f("uq_identities_workspace_id_external_id")),
        sa.Index(op.f("ix_identities_user_id"), "user_id"),
    )
