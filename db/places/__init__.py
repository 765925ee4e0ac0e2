"""Divisions and their codes, figures published of them, and the working calendar."""
