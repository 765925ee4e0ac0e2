"""Supplies: what offices keep in stock, and what comes and goes (物资)."""
