"""/wallboard/: the figures of the line, readable from across the room."""
