"""Send one alert to one channel: what it looks like there, and how it gets there."""
