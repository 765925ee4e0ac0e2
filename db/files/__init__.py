"""Photographs and documents that were uploaded, to be attached to rows (文件)."""
