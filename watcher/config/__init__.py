"""Read and check the configuration: the only place that knows its files and the only one that imports pydantic."""
