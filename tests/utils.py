"""Small helpers that tests share."""
