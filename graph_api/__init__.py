"""The Flask side: HTTP, settings, sign-in and the command line. Knows no rule of the domain."""
