"""The tables of linkage between levels: task forces, sponsorships and visits."""
