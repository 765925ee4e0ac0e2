"""Settings: the numbers that rules use, which the city and its districts may change (参数)."""
