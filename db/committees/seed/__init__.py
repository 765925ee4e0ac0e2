"""The demo city: its committees and norms of conduct."""
