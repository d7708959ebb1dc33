"""Alembic's entry: uses the connection handed over by `ivr.store.migrate`, inside its transaction."""

from alembic import context

import ivr.store.tables  # noqa: F401 the tables that the metadata is of
from ivr.store.metadata import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the caller's transaction holds everything
)
context.run_migrations()
