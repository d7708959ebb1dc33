"""Presszero: an IVR and support-line engine in which 0 always reaches a person."""

__version__ = "0.1.0"
