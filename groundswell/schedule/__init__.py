"""Runs what the schedule says, each job a process of its own, and prints it for others to run."""
