"""The command line: `flask --help` lists it."""

from flask import Flask


def register(app: Flask) -> None:
    """Add the commands to an application."""
