"""What the demo city has of bookings: bays, sessions and plots that people share, and places that claims took."""
