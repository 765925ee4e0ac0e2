"""Meetings: agenda, votes, minutes, resolutions, and the projects and editions that come of them."""
