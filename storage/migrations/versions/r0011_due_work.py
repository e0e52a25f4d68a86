"""On PostgreSQL an index of due work that serves nothing else.

There the plan of a statement is kept, and one made while no work was open may read all of it later. By this index it read all
open work for a lane; what does not ask for a time cannot use it any more. SQLite plans by its own rules, and has no need of it.

Revision: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    _make_anew("state = 'open' AND due_at IS NOT NULL")


def downgrade() -> None:
    _make_anew("state = 'open'")


def _make_anew(where: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_work_due", table_name="work")
        op.create_index("ix_work_due", "work", ["due_at"], postgresql_where=sa.text(where))
