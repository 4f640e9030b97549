"""The command line: thin commands over the route, the store and the detector."""
