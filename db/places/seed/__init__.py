"""The demo city: its divisions, its working hours, and the figures published about it."""
