"""The demo city: its meetings and projects, and how issues come before a meeting."""
