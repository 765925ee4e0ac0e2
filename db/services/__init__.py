"""Services of the city near people's homes: the catalogue, and applications for its items (小兰帮办)."""
