"""/wallboard/: how the line does, to be read from across the room."""
