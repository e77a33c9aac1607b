-- AlterTable
ALTER TABLE "model" ADD COLUMN     "conformal" JSONB;
