"""Rosters (名册): spreadsheets that a city brings along, read row by row and given to the commands of their nouns."""
