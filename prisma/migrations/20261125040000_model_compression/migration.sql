-- AlterTable
ALTER TABLE "model" ADD COLUMN     "compression" JSONB,
ADD COLUMN     "small_onnx_key" TEXT;
