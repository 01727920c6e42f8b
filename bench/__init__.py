"""How much more we cost than the least that does the same: ratios within one run."""
