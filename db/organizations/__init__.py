"""Organizations, volunteer teams and the resources that they offer."""
