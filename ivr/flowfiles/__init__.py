"""Turns YAML into flows, or into problems with file, line, column, cause and remedy. Nothing here runs a
flow."""
