"""An agent's own account: password, signed-in browsers, second factor."""
