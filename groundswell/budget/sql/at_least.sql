-- Raises what was spent in one period to an amount that the site itself counts.
INSERT INTO spending (budget, since, spent) VALUES (:budget, :since, :amount)
ON CONFLICT (budget, since) DO UPDATE SET spent = max(spent, excluded.spent);
