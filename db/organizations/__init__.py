"""Organizations and the resources that they offer."""
