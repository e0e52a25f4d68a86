"""Installations of chat platforms, and the keys to them.

Revision: 0005
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Utc

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "installs",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), server_default="", nullable=False),
        sa.Column("sealed", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_at", Utc(), nullable=True),
        sa.Column("lease_until", Utc(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("installed_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_installs_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_installs_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_installs")),
    )
    op.create_index("ix_installs_organisation", "installs", ["organisation"], unique=False)
    op.create_table(
        "install_keys",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("link", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_install_keys_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_install_keys")),
    )
    op.create_index("ix_install_keys_expires_at", "install_keys", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_install_keys_expires_at", table_name="install_keys")
    op.drop_table("install_keys")
    op.drop_index("ix_installs_organisation", table_name="installs")
    op.drop_table("installs")
