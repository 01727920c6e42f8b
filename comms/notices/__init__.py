"""Mail that concerns one person: found by asking each app, queued once, written late."""
