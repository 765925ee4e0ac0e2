"""What is done with registrations, and with what follows from them."""
