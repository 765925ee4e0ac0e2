"""Tests of published figures and how they compare with what is counted."""
