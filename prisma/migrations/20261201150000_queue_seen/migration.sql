-- AlterTable
ALTER TABLE "worker_process" ADD COLUMN     "queue_seen_at" TIMESTAMPTZ(3);
