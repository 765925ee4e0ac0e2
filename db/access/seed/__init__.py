"""The demo city: its accounts and their roles, and the journals of its rows."""
