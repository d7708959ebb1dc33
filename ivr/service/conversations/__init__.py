"""What an agent does with a caller they have: hold, ask others, give on, and pause the recording."""
