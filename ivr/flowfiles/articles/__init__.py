"""Answers for agents: Markdown articles in the repository, read and checked like flows.

`article` is what one says, `reading` makes it of a file, `checks` knows the flows around it, `ranking` picks
those that fit a call.
"""
