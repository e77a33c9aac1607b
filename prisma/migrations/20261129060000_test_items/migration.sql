-- AlterEnum
ALTER TYPE "Origin" ADD VALUE 'test';

-- AlterTable
ALTER TABLE "label" ADD COLUMN     "draw_generation" INTEGER;
