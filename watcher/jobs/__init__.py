"""What runs by itself or by hand over the store: the daemon and its jobs, and the commands that walk the archive."""
