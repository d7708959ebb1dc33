"""Answers for agents: Markdown articles in the repository, read and checked like flows.

`article` is the content of one, `article_parser` reads files and checks them against the flows, `ranking`
chooses those that fit a call.
"""
