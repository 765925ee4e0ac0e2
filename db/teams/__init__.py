"""Volunteer teams: who belongs to them, and what makes them whole (志愿服务队)."""
