-- AlterTable
ALTER TABLE "model" ADD COLUMN     "fast_onnx_key" TEXT,
ADD COLUMN     "fast_problem" TEXT;
