"""The supervisors' side: the floor as it is, help, agents' states, a phone on an agent's talk."""
