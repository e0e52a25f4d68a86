"""The time zone that a platform says of a person.

Revision: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("identities", sa.Column("zone", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("identities", "zone")
