"""The engine by itself, over a small catalog of its own."""
