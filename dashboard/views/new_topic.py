"""New topic: a story is described, its file written, and its collecting begun."""

from dashboard import first_run

first_run.draw()
