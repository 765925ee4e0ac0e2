"""The tables of services: the catalogue of what residents may apply for, and their applications."""
