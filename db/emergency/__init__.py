"""What is done about incidents: they are detected, called, graded, handled, reported on and stood down (应急处置)."""
