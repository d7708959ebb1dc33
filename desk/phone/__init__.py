"""The agent's browser as their phone: tokens, the regular report, and the part of the page that rings."""
