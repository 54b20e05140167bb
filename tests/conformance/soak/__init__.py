"""Simulated days of collecting, with everything that goes wrong in them.

Every pull source over its fake site, faults, kills, sleep, and a clock that is only told.
``bench.soak`` lives whole days of it, the tests here short ones.
"""
