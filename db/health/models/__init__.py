"""The tables of health work: sub-committees, who belongs to them, and the figures of each month."""
