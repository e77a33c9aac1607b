-- AlterTable
ALTER TABLE "label" ADD COLUMN     "draw_chance" DOUBLE PRECISION,
ADD COLUMN     "drawn_among" INTEGER;

-- AlterTable
ALTER TABLE "queue_entry" ADD COLUMN     "draw_chance" DOUBLE PRECISION,
ADD COLUMN     "drawn_among" INTEGER;
