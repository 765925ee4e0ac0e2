"""Rows of volunteer teams of the demo city."""
