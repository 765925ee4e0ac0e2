"""The tables of this context: columns, keys, indexes and checks, and no workflow."""
