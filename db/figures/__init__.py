"""Figures of the city: how each is counted now, how a published one compares with that, and who records them."""
