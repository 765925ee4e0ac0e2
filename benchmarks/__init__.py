"""Measures the read engine beside hand-written SQL, the same schema resolved by hand, and servers of other makers."""
