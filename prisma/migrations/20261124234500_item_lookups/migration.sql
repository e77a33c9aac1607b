-- DropIndex
DROP INDEX "item_project_id_content_hash_idx";

-- DropIndex
DROP INDEX "item_project_id_external_id_key";

-- CreateIndex
CREATE INDEX "item_content_hash_project_id_idx" ON "item"("content_hash", "project_id");

-- CreateIndex
CREATE UNIQUE INDEX "item_external_id_project_id_key" ON "item"("external_id", "project_id");
