-- What was spent of one budget in one period; no row when nothing was.
SELECT spent FROM spending WHERE budget = :budget AND since = :since;
