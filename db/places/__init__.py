"""Divisions and their codes, and the working calendar."""
