-- Adds an amount, which may be negative, to what was spent in one period; never below nothing, also
-- when somebody deleted the file while a request was under way.
INSERT INTO spending (budget, since, spent) VALUES (:budget, :since, max(0, :amount))
ON CONFLICT (budget, since) DO UPDATE SET spent = max(0, spent + :amount);
