"""Code that runs outside a transaction: the worker, dispatch, dialling, and reports that follow the
journal."""
