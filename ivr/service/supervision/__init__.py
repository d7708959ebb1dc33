"""What supervisors see and do: the floor as it is, help, agents' states, a phone on an agent's talk."""
