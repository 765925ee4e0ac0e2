"""Committees, their seats and members, and the norms of conduct."""
