"""Simulated days of collecting, with everything that goes wrong in them.

Every source that has a network, over its fake site; faults, kills, sleep, and a clock that is
only told.
``bench.soak`` lives whole days of it, the tests here short ones.
"""
