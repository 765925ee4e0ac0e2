"""Tables of people, and what ties a person to the rows of other contexts."""
