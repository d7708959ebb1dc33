"""YAML → flows, or problems with file, line, column, cause and remedy. Nothing here runs a flow."""
