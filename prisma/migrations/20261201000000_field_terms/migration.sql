-- The field's terms: columns, values and stored JSON get the names that code and API use. Audit events keep what was said.
ALTER TYPE "Origin" RENAME VALUE 'test' TO 'active-test';

ALTER TABLE "model" RENAME COLUMN "small_onnx_key" TO "compressed_onnx_key";
ALTER TABLE "model" RENAME COLUMN "small_artifact_key" TO "compressed_artifact_key";
ALTER TABLE "model" RENAME COLUMN "small_fast_onnx_key" TO "compressed_fast_onnx_key";

-- Functions of this session only.
CREATE FUNCTION pg_temp.rename_key(value jsonb, old text, new text) RETURNS jsonb
  LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN jsonb_typeof(value) = 'object' AND value ? old
    THEN (value - old) || jsonb_build_object(new, value -> old) ELSE value END $$;

CREATE FUNCTION pg_temp.new_policies(value jsonb) RETURNS jsonb
  LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN jsonb_typeof(named -> 'stop') = 'object'
    THEN jsonb_set(named, '{stop}', pg_temp.rename_key(named -> 'stop', 'totalDoubt', 'totalUncertainty'))
    ELSE named END
  FROM (SELECT pg_temp.rename_key(pg_temp.rename_key(pg_temp.rename_key(
    value, 'testShare', 'activeTestShare'), 'levelTraining', 'trainWithLureWeights'),
    'useSmallNetwork', 'useCompressedModel') AS named) AS renamed $$;

CREATE FUNCTION pg_temp.new_spec(value jsonb) RETURNS jsonb
  LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN jsonb_typeof(value -> 'partitioned') = 'object'
    THEN jsonb_set(value, '{partitioned}', pg_temp.rename_key(value -> 'partitioned', 'shards', 'partitions'))
    ELSE value END $$;

CREATE FUNCTION pg_temp.new_metrics(value jsonb) RETURNS jsonb
  LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN jsonb_typeof(scored -> 'stop') = 'array'
    THEN jsonb_set(scored, '{stop}', (
      SELECT coalesce(jsonb_agg(CASE WHEN reason ->> 'code' = 'overall-doubt-low'
        THEN jsonb_set(reason, '{code}', '"total-uncertainty-low"') ELSE reason END ORDER BY place), '[]'::jsonb)
      FROM jsonb_array_elements(scored -> 'stop') WITH ORDINALITY AS stop (reason, place)))
    ELSE scored END
  FROM (SELECT CASE WHEN named #>> '{scoredBy,network}' = 'small'
    THEN jsonb_set(named, '{scoredBy,network}', '"compressed"') ELSE named END AS scored
    FROM (SELECT pg_temp.rename_key(pg_temp.rename_key(pg_temp.rename_key(
      value, 'levelled', 'lure'), 'tested', 'activeTest'), 'race', 'adaptiveSampling') AS named) AS renamed) AS used $$;

UPDATE "project" SET policies = pg_temp.new_policies(policies), model_spec = pg_temp.new_spec(model_spec);
UPDATE "round" SET policies = pg_temp.new_policies(policies), model_spec = pg_temp.new_spec(model_spec),
  metrics = pg_temp.new_metrics(metrics);
UPDATE "model" SET spec = pg_temp.new_spec(spec), metrics = pg_temp.new_metrics(metrics),
  conformal = pg_temp.rename_key(conformal, 'small', 'compressed'),
  compression = pg_temp.rename_key(compression, 'small', 'compressed');
UPDATE "simulation" SET spec = jsonb_set(spec, '{modelSpec}', pg_temp.new_spec(spec -> 'modelSpec'))
  WHERE jsonb_typeof(spec -> 'modelSpec') = 'object';
