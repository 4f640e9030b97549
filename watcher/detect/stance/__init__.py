"""What becomes of a harm event: asserted, alleged or denied, today's or background, or no claim at all."""
