"""A version that isn't there yet: rebuilds the journal on SQLite, which is when its triggers would get lost."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table(
        "journal", recreate="always" if op.get_bind().dialect.name == "sqlite" else "auto"
    ) as batch:
        batch.add_column(sa.Column("channel", sa.String(), nullable=False, server_default=""))
    op.create_table("thing", sa.Column("id", sa.Integer(), primary_key=True, nullable=False))
    op.execute("INSERT INTO thing (id) VALUES (1)")
