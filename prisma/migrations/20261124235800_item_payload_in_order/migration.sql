-- AlterTable
ALTER TABLE "item" ALTER COLUMN "payload" SET DATA TYPE JSON;
