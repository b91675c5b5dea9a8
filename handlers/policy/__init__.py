"""What the process allows: pure functions over records. No clock, no input or output, no card."""
