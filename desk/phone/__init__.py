"""The agent's browser as their phone: tokens, the sign of life, and the part of the page that rings."""
