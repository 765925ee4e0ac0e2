"""Sites: the grids of a community, and the compounds and courtyards that lie in them (点位)."""
