-- Which installation this database is: its object store carries the same id.
CREATE TABLE "installation" (
    "key" INTEGER NOT NULL DEFAULT 1,
    "id" UUID NOT NULL,
    "store_marked" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "installation_pkey" PRIMARY KEY ("key")
);
