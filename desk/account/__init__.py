"""An agent's own account: password, browsers that are signed in, second factor."""
