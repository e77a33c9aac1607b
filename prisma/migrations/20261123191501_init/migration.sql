-- CreateEnum
CREATE TYPE "Role" AS ENUM ('owner', 'engineer', 'reviewer', 'annotator');

-- CreateEnum
CREATE TYPE "Split" AS ENUM ('pool', 'validation', 'test');

-- CreateEnum
CREATE TYPE "ItemState" AS ENUM ('pool', 'labelled', 'withdrawn');

-- CreateEnum
CREATE TYPE "Origin" AS ENUM ('acquisition', 'control', 'gold', 'cold-start');

-- CreateEnum
CREATE TYPE "AnnotationKind" AS ENUM ('answer', 'skip', 'flag', 'retraction');

-- CreateEnum
CREATE TYPE "RoundState" AS ENUM ('queued', 'training', 'scoring', 'selecting', 'ready', 'superseded', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "ImportState" AS ENUM ('uploading', 'queued', 'running', 'done', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "WorkState" AS ENUM ('waiting', 'running', 'done', 'failed', 'cancelled');

-- CreateTable
CREATE TABLE "user" (
    "id" UUID NOT NULL,
    "email" TEXT,
    "name" TEXT NOT NULL,
    "is_machine" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in_link" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "sign_in_link_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_token" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "prefix" TEXT NOT NULL,
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "workspace" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workspace_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "workspace_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" "Role" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("workspace_id","user_id")
);

-- CreateTable
CREATE TABLE "invitation" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "email" TEXT,
    "role" "Role" NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "invited_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "item_kind" TEXT NOT NULL,
    "label_schema" JSONB NOT NULL,
    "featuriser" JSONB NOT NULL,
    "model_spec" JSONB NOT NULL,
    "acquisition" JSONB NOT NULL,
    "policies" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "next_ordinal" INTEGER NOT NULL DEFAULT 0,
    "generation" INTEGER NOT NULL DEFAULT 0,
    "round_number" INTEGER NOT NULL DEFAULT 0,
    "pending_trigger" TEXT,
    "label_count" INTEGER NOT NULL DEFAULT 0,
    "labels_at_round" INTEGER NOT NULL DEFAULT 0,
    "truth_key" TEXT,
    "seed" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_label_at" TIMESTAMPTZ(3),

    CONSTRAINT "project_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "import" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "state" "ImportState" NOT NULL DEFAULT 'uploading',
    "file_name" TEXT NOT NULL,
    "options" JSONB NOT NULL,
    "content_key" TEXT,
    "labels_key" TEXT,
    "bytes_total" BIGINT,
    "bytes_done" BIGINT NOT NULL DEFAULT 0,
    "rows_read" INTEGER NOT NULL DEFAULT 0,
    "rows_added" INTEGER NOT NULL DEFAULT 0,
    "rows_duplicate" INTEGER NOT NULL DEFAULT 0,
    "rows_bad" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "claim_token" TEXT,
    "heartbeat_at" TIMESTAMPTZ(3),
    "created_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "import_problem" (
    "id" BIGSERIAL NOT NULL,
    "project_id" UUID NOT NULL,
    "import_id" UUID NOT NULL,
    "line" INTEGER NOT NULL,
    "field" TEXT,
    "reason" TEXT NOT NULL,
    "sample" TEXT,

    CONSTRAINT "import_problem_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "item" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "external_id" TEXT NOT NULL,
    "content_hash" BYTEA NOT NULL,
    "split" "Split" NOT NULL DEFAULT 'pool',
    "state" "ItemState" NOT NULL DEFAULT 'pool',
    "payload" JSONB NOT NULL DEFAULT '{}',
    "blob_key" TEXT,
    "is_control" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "feature_set" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "generation" INTEGER NOT NULL,
    "featuriser" JSONB NOT NULL,
    "shape" JSONB NOT NULL,
    "dtype" TEXT NOT NULL,
    "scale" DOUBLE PRECISION NOT NULL DEFAULT 1,
    "offset" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "fitted" JSONB NOT NULL DEFAULT '{}',
    "rows" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "feature_set_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "feature_shard" (
    "feature_set_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "rows" INTEGER NOT NULL,
    "blob_key" TEXT NOT NULL,
    "content_hash" BYTEA NOT NULL,

    CONSTRAINT "feature_shard_pkey" PRIMARY KEY ("feature_set_id","index")
);

-- CreateTable
CREATE TABLE "lease" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "item_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "generation" INTEGER NOT NULL,
    "rank" INTEGER NOT NULL,
    "origin" "Origin" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "lease_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "annotation" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "item_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "kind" "AnnotationKind" NOT NULL,
    "answer" JSONB,
    "reason" TEXT,
    "note" TEXT,
    "origin" "Origin" NOT NULL,
    "generation" INTEGER NOT NULL,
    "extra" BOOLEAN NOT NULL DEFAULT false,
    "duration_ms" INTEGER NOT NULL,
    "key" UUID NOT NULL,
    "supersedes_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "annotation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "label" (
    "item_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "answer" JSONB NOT NULL,
    "confidence" DOUBLE PRECISION NOT NULL DEFAULT 1,
    "annotations" INTEGER NOT NULL DEFAULT 0,
    "origin" "Origin",
    "source" TEXT NOT NULL DEFAULT 'annotation',
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "label_pkey" PRIMARY KEY ("item_id")
);

-- CreateTable
CREATE TABLE "round" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "state" "RoundState" NOT NULL DEFAULT 'queued',
    "trigger" TEXT NOT NULL,
    "triggered_by_id" UUID,
    "seed" INTEGER NOT NULL,
    "model_spec" JSONB NOT NULL,
    "acquisition" JSONB NOT NULL,
    "policies" JSONB NOT NULL,
    "feature_set_id" UUID,
    "labels_up_to" TIMESTAMPTZ(3),
    "labels" INTEGER NOT NULL DEFAULT 0,
    "progress" JSONB,
    "metrics" JSONB,
    "failure_code" TEXT,
    "failure_message" TEXT,
    "failure_stage" "RoundState",
    "abort_requested" BOOLEAN NOT NULL DEFAULT false,
    "claim_token" TEXT,
    "heartbeat_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "scoring_at" TIMESTAMPTZ(3),
    "selecting_at" TIMESTAMPTZ(3),
    "ready_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "round_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "round_member" (
    "round_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "state" "WorkState" NOT NULL DEFAULT 'waiting',
    "artifact_key" TEXT,
    "checkpoint_key" TEXT,
    "claim_token" TEXT,
    "heartbeat_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,

    CONSTRAINT "round_member_pkey" PRIMARY KEY ("round_id","index")
);

-- CreateTable
CREATE TABLE "model" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "round_id" UUID NOT NULL,
    "spec" JSONB NOT NULL,
    "metrics" JSONB,
    "artifact_key" TEXT NOT NULL,
    "onnx_key" TEXT,
    "safetensors_bytes" INTEGER,
    "onnx_bytes" INTEGER,
    "temperature" DOUBLE PRECISION,
    "promoted" BOOLEAN NOT NULL DEFAULT false,
    "gate" JSONB,
    "labels" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shard_score" (
    "round_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "state" "WorkState" NOT NULL DEFAULT 'waiting',
    "rows" INTEGER NOT NULL DEFAULT 0,
    "blob_key" TEXT,
    "summary" JSONB,
    "claim_token" TEXT,
    "worker_id" TEXT,
    "heartbeat_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "shard_score_pkey" PRIMARY KEY ("round_id","index")
);

-- CreateTable
CREATE TABLE "queue_entry" (
    "project_id" UUID NOT NULL,
    "generation" INTEGER NOT NULL,
    "rank" INTEGER NOT NULL,
    "item_id" UUID NOT NULL,
    "origin" "Origin" NOT NULL,
    "open_slots" INTEGER NOT NULL,
    "score" DOUBLE PRECISION,
    "total" DOUBLE PRECISION,
    "aleatoric" DOUBLE PRECISION,
    "epistemic" DOUBLE PRECISION,
    "quantile" DOUBLE PRECISION,
    "predicted" INTEGER,
    "mean" DOUBLE PRECISION,
    "votes" INTEGER[],

    CONSTRAINT "queue_entry_pkey" PRIMARY KEY ("project_id","generation","rank")
);

-- CreateTable
CREATE TABLE "schedule" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "cron" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "next_at" TIMESTAMPTZ(3),
    "last_fired_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "schedule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "simulation" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "spec" JSONB NOT NULL,
    "abort_requested" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "simulation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "replay" (
    "simulation_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "rule" TEXT NOT NULL,
    "seed" INTEGER NOT NULL,
    "state" "WorkState" NOT NULL DEFAULT 'waiting',
    "points" JSONB NOT NULL DEFAULT '[]',
    "chosen" INTEGER[],
    "fraction" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "scoring_seconds" DOUBLE PRECISION,
    "error" TEXT,
    "claim_token" TEXT,
    "heartbeat_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "replay_pkey" PRIMARY KEY ("simulation_id","rule","seed")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" BIGSERIAL NOT NULL,
    "workspace_id" UUID NOT NULL,
    "project_id" UUID,
    "actor_id" UUID,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT,
    "details" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_record" (
    "user_id" UUID NOT NULL,
    "endpoint" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" BYTEA NOT NULL,
    "status" INTEGER,
    "response" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_record_pkey" PRIMARY KEY ("user_id","endpoint","key")
);

-- CreateTable
CREATE TABLE "outbox_event" (
    "id" BIGSERIAL NOT NULL,
    "txid" xid8 NOT NULL DEFAULT pg_current_xact_id(),
    "project_id" UUID NOT NULL,
    "data" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "outbox_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox_job" (
    "id" BIGSERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "job_id" TEXT NOT NULL,
    "run_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "dispatched_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_job_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "worker_process" (
    "id" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "concurrency" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "heartbeat_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "worker_process_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "sign_in_link_token_hash_key" ON "sign_in_link"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_hash_key" ON "session"("token_hash");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_token_token_hash_key" ON "api_token"("token_hash");

-- CreateIndex
CREATE INDEX "api_token_user_id_workspace_id_idx" ON "api_token"("user_id", "workspace_id");

-- CreateIndex
CREATE INDEX "membership_user_id_idx" ON "membership"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "invitation_token_hash_key" ON "invitation"("token_hash");

-- CreateIndex
CREATE INDEX "invitation_workspace_id_idx" ON "invitation"("workspace_id");

-- CreateIndex
CREATE INDEX "project_workspace_id_idx" ON "project"("workspace_id");

-- CreateIndex
CREATE INDEX "import_project_id_created_at_idx" ON "import"("project_id", "created_at");

-- CreateIndex
CREATE INDEX "import_problem_import_id_id_idx" ON "import_problem"("import_id", "id");

-- CreateIndex
CREATE INDEX "item_project_id_content_hash_idx" ON "item"("project_id", "content_hash");

-- CreateIndex
CREATE INDEX "item_project_id_split_state_ordinal_idx" ON "item"("project_id", "split", "state", "ordinal");

-- CreateIndex
CREATE UNIQUE INDEX "item_project_id_external_id_key" ON "item"("project_id", "external_id");

-- CreateIndex
CREATE UNIQUE INDEX "item_project_id_ordinal_key" ON "item"("project_id", "ordinal");

-- CreateIndex
CREATE UNIQUE INDEX "feature_set_project_id_generation_key" ON "feature_set"("project_id", "generation");

-- CreateIndex
CREATE INDEX "lease_project_id_user_id_ended_at_idx" ON "lease"("project_id", "user_id", "ended_at");

-- CreateIndex
CREATE INDEX "lease_item_id_ended_at_idx" ON "lease"("item_id", "ended_at");

-- CreateIndex
CREATE INDEX "lease_ended_at_expires_at_idx" ON "lease"("ended_at", "expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "annotation_supersedes_id_key" ON "annotation"("supersedes_id");

-- CreateIndex
CREATE INDEX "annotation_project_id_created_at_idx" ON "annotation"("project_id", "created_at");

-- CreateIndex
CREATE INDEX "annotation_project_id_user_id_created_at_idx" ON "annotation"("project_id", "user_id", "created_at");

-- CreateIndex
CREATE INDEX "annotation_item_id_idx" ON "annotation"("item_id");

-- CreateIndex
CREATE UNIQUE INDEX "annotation_project_id_user_id_key_key" ON "annotation"("project_id", "user_id", "key");

-- CreateIndex
CREATE INDEX "label_project_id_updated_at_item_id_idx" ON "label"("project_id", "updated_at", "item_id");

-- CreateIndex
CREATE INDEX "round_project_id_state_idx" ON "round"("project_id", "state");

-- CreateIndex
CREATE INDEX "round_state_heartbeat_at_idx" ON "round"("state", "heartbeat_at");

-- CreateIndex
CREATE UNIQUE INDEX "round_project_id_number_key" ON "round"("project_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "model_round_id_key" ON "model"("round_id");

-- CreateIndex
CREATE INDEX "model_project_id_created_at_idx" ON "model"("project_id", "created_at");

-- CreateIndex
CREATE INDEX "shard_score_state_heartbeat_at_idx" ON "shard_score"("state", "heartbeat_at");

-- CreateIndex
CREATE INDEX "queue_entry_item_id_idx" ON "queue_entry"("item_id");

-- CreateIndex
CREATE UNIQUE INDEX "queue_entry_project_id_generation_item_id_key" ON "queue_entry"("project_id", "generation", "item_id");

-- CreateIndex
CREATE INDEX "schedule_enabled_next_at_idx" ON "schedule"("enabled", "next_at");

-- CreateIndex
CREATE INDEX "simulation_project_id_created_at_idx" ON "simulation"("project_id", "created_at");

-- CreateIndex
CREATE INDEX "replay_state_heartbeat_at_idx" ON "replay"("state", "heartbeat_at");

-- CreateIndex
CREATE INDEX "audit_event_workspace_id_id_idx" ON "audit_event"("workspace_id", "id");

-- CreateIndex
CREATE INDEX "idempotency_record_created_at_idx" ON "idempotency_record"("created_at");

-- CreateIndex
CREATE INDEX "outbox_event_txid_id_idx" ON "outbox_event"("txid", "id");

-- CreateIndex
CREATE INDEX "outbox_event_project_id_txid_id_idx" ON "outbox_event"("project_id", "txid", "id");

-- CreateIndex
CREATE INDEX "outbox_event_created_at_idx" ON "outbox_event"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_job_job_id_key" ON "outbox_job"("job_id");

-- CreateIndex
CREATE INDEX "outbox_job_dispatched_at_id_idx" ON "outbox_job"("dispatched_at", "id");

-- CreateIndex
CREATE INDEX "worker_process_heartbeat_at_idx" ON "worker_process"("heartbeat_at");

-- AddForeignKey
ALTER TABLE "sign_in_link" ADD CONSTRAINT "sign_in_link_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project" ADD CONSTRAINT "project_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "import" ADD CONSTRAINT "import_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "import_problem" ADD CONSTRAINT "import_problem_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "item" ADD CONSTRAINT "item_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "feature_set" ADD CONSTRAINT "feature_set_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "feature_shard" ADD CONSTRAINT "feature_shard_feature_set_id_fkey" FOREIGN KEY ("feature_set_id") REFERENCES "feature_set"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lease" ADD CONSTRAINT "lease_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lease" ADD CONSTRAINT "lease_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "item"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lease" ADD CONSTRAINT "lease_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "annotation" ADD CONSTRAINT "annotation_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "annotation" ADD CONSTRAINT "annotation_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "item"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "annotation" ADD CONSTRAINT "annotation_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "annotation" ADD CONSTRAINT "annotation_supersedes_id_fkey" FOREIGN KEY ("supersedes_id") REFERENCES "annotation"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "label" ADD CONSTRAINT "label_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "label" ADD CONSTRAINT "label_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "item"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "round" ADD CONSTRAINT "round_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "round" ADD CONSTRAINT "round_feature_set_id_fkey" FOREIGN KEY ("feature_set_id") REFERENCES "feature_set"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "round_member" ADD CONSTRAINT "round_member_round_id_fkey" FOREIGN KEY ("round_id") REFERENCES "round"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model" ADD CONSTRAINT "model_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model" ADD CONSTRAINT "model_round_id_fkey" FOREIGN KEY ("round_id") REFERENCES "round"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shard_score" ADD CONSTRAINT "shard_score_round_id_fkey" FOREIGN KEY ("round_id") REFERENCES "round"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "queue_entry" ADD CONSTRAINT "queue_entry_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "queue_entry" ADD CONSTRAINT "queue_entry_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "item"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "schedule" ADD CONSTRAINT "schedule_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "simulation" ADD CONSTRAINT "simulation_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "replay" ADD CONSTRAINT "replay_simulation_id_fkey" FOREIGN KEY ("simulation_id") REFERENCES "simulation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
