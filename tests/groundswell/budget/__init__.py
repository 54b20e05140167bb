"""Tests of quotas and money, and of the file they are kept in."""
