-- AlterTable
ALTER TABLE "api_token" ADD COLUMN     "parent_id" UUID;

-- AlterTable
ALTER TABLE "audit_event" ADD COLUMN     "counted_as" TEXT;

-- CreateIndex
CREATE INDEX "api_token_parent_id_idx" ON "api_token"("parent_id");

-- CreateIndex
CREATE UNIQUE INDEX "audit_event_workspace_id_counted_as_key" ON "audit_event"("workspace_id", "counted_as");

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "api_token"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Whoever takes rights away, by whatever way, tells all API processes when it is committed: they
-- look at the open streams of that person again. See docs/decisions/0173.
CREATE FUNCTION tell_access_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('dubio_access', coalesce(to_jsonb(OLD) ->> 'user_id', to_jsonb(OLD) ->> 'id'));
  RETURN NULL;
END $$;

CREATE TRIGGER "membership_access" AFTER UPDATE OF "role", "user_id", "workspace_id" OR DELETE ON "membership"
  FOR EACH ROW EXECUTE FUNCTION tell_access_change();
CREATE TRIGGER "session_access" AFTER UPDATE OF "expires_at", "token_hash", "user_id" OR DELETE ON "session"
  FOR EACH ROW EXECUTE FUNCTION tell_access_change();
CREATE TRIGGER "api_token_access" AFTER UPDATE OF "revoked_at", "expires_at", "scopes", "token_hash" OR DELETE ON "api_token"
  FOR EACH ROW EXECUTE FUNCTION tell_access_change();
CREATE TRIGGER "user_access" AFTER UPDATE OF "disabled_at" ON "user"
  FOR EACH ROW EXECUTE FUNCTION tell_access_change();
