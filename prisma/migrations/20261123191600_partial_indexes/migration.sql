-- Written by hand: schema.prisma cannot say WHERE. Prisma's comparison leaves partial indexes alone,
-- so `npm run db -- check` and `drift` neither see them nor want to drop them.

-- The open part of a queue, in order: serving an annotator is a walk along it.
CREATE INDEX "queue_entry_open_idx" ON "queue_entry" ("project_id", "generation", "rank") WHERE "open_slots" > 0;

-- Nobody holds the same item twice.
CREATE UNIQUE INDEX "lease_active_key" ON "lease" ("item_id", "user_id") WHERE "ended_at" IS NULL;

-- What the sweep looks for.
CREATE INDEX "lease_expiry_idx" ON "lease" ("expires_at") WHERE "ended_at" IS NULL;

-- One round at a time per project, whatever races.
CREATE UNIQUE INDEX "round_running_key" ON "round" ("project_id") WHERE "state" IN ('queued', 'training', 'scoring', 'selecting');

-- Jobs that the dispatcher has not handed over yet.
CREATE INDEX "outbox_job_pending_idx" ON "outbox_job" ("id") WHERE "dispatched_at" IS NULL;
