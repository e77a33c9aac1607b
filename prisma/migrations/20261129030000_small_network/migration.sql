-- AlterTable
ALTER TABLE "model" ADD COLUMN     "small_artifact_key" TEXT,
ADD COLUMN     "small_fast_onnx_key" TEXT;
