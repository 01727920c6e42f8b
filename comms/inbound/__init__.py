"""Reading mail that comes in: pure functions over what strangers send; none raises."""
