"""Gates of compounds and units: access points, the passes for them, and how many people come through (扫码通行)."""
