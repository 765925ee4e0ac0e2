"""What every context stands on: the database, its column types, refusals, the calendar. Knows no noun."""
