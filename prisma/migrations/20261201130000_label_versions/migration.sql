-- AlterTable
ALTER TABLE "label" ADD COLUMN     "changed_by_id" UUID,
ADD COLUMN     "note" TEXT;

-- CreateTable
CREATE TABLE "label_version" (
    "id" BIGSERIAL NOT NULL,
    "project_id" UUID NOT NULL,
    "item_id" UUID NOT NULL,
    "answer" JSONB NOT NULL,
    "confidence" DOUBLE PRECISION NOT NULL,
    "annotations" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "changed_by_id" UUID,
    "note" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "replaced_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "label_version_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "label_version_item_id_id_idx" ON "label_version"("item_id", "id");

-- CreateIndex
CREATE INDEX "label_version_project_id_idx" ON "label_version"("project_id");

-- AddForeignKey
ALTER TABLE "label" ADD CONSTRAINT "label_changed_by_id_fkey" FOREIGN KEY ("changed_by_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "label_version" ADD CONSTRAINT "label_version_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "label_version" ADD CONSTRAINT "label_version_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "item"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "label_version" ADD CONSTRAINT "label_version_changed_by_id_fkey" FOREIGN KEY ("changed_by_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Whoever changes a label, by whatever way, what it was is kept; not with an item or a project that
-- is deleted itself. What annotators said stands in their annotations. See docs/decisions/0195.
CREATE FUNCTION keep_label_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND NOT EXISTS (
    SELECT FROM "item" i JOIN "project" p ON p."id" = i."project_id" WHERE i."id" = OLD."item_id")
  THEN RETURN NULL;
  END IF;
  INSERT INTO "label_version" ("project_id", "item_id", "answer", "confidence", "annotations",
    "source", "changed_by_id", "note", "updated_at", "replaced_at")
  VALUES (OLD."project_id", OLD."item_id", OLD."answer", OLD."confidence", OLD."annotations",
    OLD."source", OLD."changed_by_id", OLD."note", OLD."updated_at", clock_timestamp());
  RETURN NULL;
END $$;

CREATE TRIGGER "label_keeps_versions" AFTER UPDATE OF "answer", "source" ON "label"
  FOR EACH ROW WHEN (OLD."answer" IS DISTINCT FROM NEW."answer" OR OLD."source" IS DISTINCT FROM NEW."source")
  EXECUTE FUNCTION keep_label_version();
CREATE TRIGGER "label_keeps_last_version" AFTER DELETE ON "label"
  FOR EACH ROW WHEN (OLD."source" <> 'annotation')
  EXECUTE FUNCTION keep_label_version();
