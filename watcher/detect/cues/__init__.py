"""What words deny, hedge, quote or make general, before it is asked which harm they reach."""
