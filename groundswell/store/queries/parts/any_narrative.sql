-- Whatever they argue.
TRUE
