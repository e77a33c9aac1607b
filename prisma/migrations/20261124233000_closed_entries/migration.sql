-- Written by hand, like the other partial indexes.

-- The closed part of a queue. A long queue is open almost to its end, so what is left of it is counted
-- as its length less these.
CREATE INDEX "queue_entry_closed_idx" ON "queue_entry" ("project_id", "generation") WHERE "open_slots" <= 0;
