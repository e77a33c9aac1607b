-- Skips are few among many answers; the schema language has no words for this index.
CREATE INDEX "annotation_skips_idx" ON "annotation" ("project_id", "item_id") WHERE "kind" = 'skip';
