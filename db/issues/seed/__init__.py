"""The demo city: its issues, how each took its course, and the claims and needs that serve them."""
