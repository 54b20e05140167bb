"""The contract that sources keep: each test tried on each source, or bypassed with a reason."""
