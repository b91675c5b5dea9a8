"""How alembic reaches the database: on the connection, and in the transaction, that storage/migrate.py opened.

`alembic revision --autogenerate` is not used from the command line; CONTRIBUTING.md says how a revision is made.
"""

from alembic import context
from sqlmodel import SQLModel

import storage.outbox
import storage.records  # noqa: F401 - registers the tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
