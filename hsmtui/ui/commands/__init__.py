"""Every command, the keys that call them, and the palette."""
