"""People: who takes part in the communities, in which groups, and how they are erased again."""
