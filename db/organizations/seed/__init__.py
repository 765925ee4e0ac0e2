"""The demo city: its organizations, volunteer teams and resources."""
