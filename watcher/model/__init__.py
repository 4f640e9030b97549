"""The values that the steps hand to one another: frozen, typed, without behaviour of their own."""
