import type { Comparison, HeldOutJudgement } from '@dubio/active-learning';
import {
  activeTestFigures,
  askedFields,
  atTemperature,
  conformalScores,
  decodeTrainingSet,
  type Judged,
  judge,
  judgedFields,
  momentsOf,
  onlyField,
  rowsOf,
  type ScoresByMode,
  type TrainingSet,
} from '@dubio/active-learning';
import {
  combineEnsemble,
  createMomentPredictor,
  createPredictor,
  type FittedPosterior,
  loadPosterior,
  type OutputSpec,
  type Predictor,
} from '@dubio/bayes-core';
import type { ConformalScores, ModelMetrics } from '@dubio/contracts';
import type { TaskContext } from '../compute/task-context.js';
import type { FeatureSource } from '../features/feature-gather.js';
import { type CompressedKeys, type CompressionResult, compressModel } from './compress-model.js';
import { engineOf } from './engine.js';
import { labelledRows } from './fit.task.js';
import { exportFast, exportPredictive } from './predictive-export.js';

export type StoredModel = {
  readonly artifactKey: string;
  readonly samples: number;
};

export type EvaluateRequest = StoredModel & {
  readonly trainingSetKey: string;
  readonly features: FeatureSource;
  /** Members of an ensemble to be joined into the artifact; empty when it is there already. */
  readonly memberKeys: readonly string[];
  readonly onnxKey: string;
  readonly fastOnnxKey: string;
  /** Where the compressed model goes, if there is one. */
  readonly compressedKeys: CompressedKeys;
  /** The model in use, when it takes the same features. */
  readonly previous: StoredModel | null;
};

export type EvaluateResult = {
  readonly metrics: ModelMetrics;
  /** Accuracy on items drawn at random. */
  readonly control: { value: number; low: number; high: number; count: number } | null;
  readonly rmseRange: { low: number; high: number } | null;
  readonly comparison: Comparison | null;
  readonly compression: CompressionResult | null;
  readonly safetensorsBytes: number;
  readonly onnxBytes: number;
  /** Why the model has no fast form; null when it was stored. */
  readonly fastProblem: string | null;
  /** What sets of answers are made from, of the network and of the compressed one. */
  readonly conformal: { readonly full: ScoresByMode; readonly compressed: ScoresByMode | null };
};

/** Judges a stored posterior on the held-out items of its training set, and exports it. */
export async function evaluate(
  request: EvaluateRequest,
  context: TaskContext<never>,
): Promise<EvaluateResult> {
  const { store } = context;
  const set = decodeTrainingSet(await store.get(request.trainingSetKey));
  if (request.memberKeys.length > 0) {
    const members = await Promise.all(request.memberKeys.map((key) => store.get(key)));
    const joined = combineEnsemble(members.map((bytes) => loadPosterior(bytes)));
    await store.put(request.artifactKey, joined.save());
  }
  const artifact = await store.get(request.artifactKey);
  const posterior = loadPosterior(artifact);
  const engine = await engineOf(context.settings);
  const predictor = await createPredictor({ engine, posterior, samples: request.samples });
  const predict = predictParts(request, context, set, predictor);
  try {
    const heldOut = await predict('heldOut');
    const [validation, control] = [await predict('validation'), await predict('control')];
    const activeTest = await predict('activeTest');
    const fields = askedFields(set);
    const judgements = fields.map((_, k) =>
      judge({
        set: onlyField(set, k),
        heldOut: heldOut?.[k] ?? null,
        validation: validation?.[k] ?? null,
        control: control?.[k] ?? null,
        history: posterior.history,
        isCalibrated: true,
      }),
    );
    const judgement = judgements[0]!;
    const temperatures = judgements.map(({ temperature }) => temperature);
    const onnx = exportPredictive(posterior, request.samples, temperatures);
    await store.put(request.onnxKey, onnx);
    const fast = exportFast(posterior, temperatures);
    if (fast.bytes) await store.put(request.fastOnnxKey, fast.bytes);
    const scoresOf = (predicts: MakesMoments) =>
      scoresBy(predictParts(request, context, set, predicts), set, temperatures);
    const fastScoresOf = async (some: FittedPosterior) => {
      const onePass = createMomentPredictor({ engine, posterior: some });
      try {
        return await scoresOf(onePass);
      } finally {
        await onePass.dispose();
      }
    };
    const full = {
      exact: conformalScores(set, { validation, heldOut }, temperatures),
      fast: fast.bytes && (await fastScoresOf(posterior)),
    };
    const compression = await compressModel(
      {
        posterior,
        temperatures,
        heldOut: await labelledRows(store, request.features, set, rowsOf(set, 'heldOut')),
        fieldNames: fields.map(({ name }) => name),
        full: judgements.map(({ metrics }) => metrics),
        judge: (moments) => {
          const own = judgedFields(set, moments, rowsOf(set, 'heldOut').targets);
          return fields.map((_, k) => uncalibratedFigures(onlyField(set, k), own[k]!));
        },
        scores: async (small, compressedPredictor, hasFast) => ({
          exact: await scoresOf(compressedPredictor),
          fast: hasFast ? await fastScoresOf(small) : null,
        }),
        samples: request.samples,
        keys: request.compressedKeys,
      },
      context,
    );
    return {
      compression,
      metrics: {
        ...judgement.metrics,
        activeTest: activeTestFigures(
          set,
          activeTest && atTemperature(activeTest[0]!, judgement.temperature),
        ),
        fields: figuresOf(set, judgements),
      },
      control: judgement.control,
      rmseRange: judgement.rmseRange,
      comparison:
        request.previous && heldOut ? await compare(request, context, set, judgement) : null,
      safetensorsBytes: artifact.byteLength,
      onnxBytes: onnx.byteLength,
      fastProblem: fast.problem,
      conformal: { full, compressed: compression?.conformal ?? null },
    };
  } finally {
    await predictor.dispose();
  }
}

type MakesMoments = Pick<Predictor, 'moments'>;

/** Predicts the rows of one part of the training set, field by field; null where it has none. */
function predictParts(
  { features }: EvaluateRequest,
  { store, signal }: TaskContext<never>,
  set: TrainingSet,
  predictor: MakesMoments,
) {
  return async (
    part: 'heldOut' | 'validation' | 'control' | 'activeTest',
  ): Promise<Judged[] | null> => {
    signal.throwIfAborted();
    const asked = rowsOf(set, part);
    const rows = await labelledRows(store, features, set, asked);
    if (rows === null) return null;
    const moments = await predictor.moments(rows.features, { signal });
    return judgedFields(set, moments, asked.targets);
  };
}

/** Scores from what is predicted for the rows that sets are learned from. */
async function scoresBy(
  predict: ReturnType<typeof predictParts>,
  set: TrainingSet,
  temperatures: readonly (number | null)[],
): Promise<ConformalScores | null> {
  const rows = { validation: await predict('validation'), heldOut: await predict('heldOut') };
  return conformalScores(set, rows, temperatures);
}

async function compare(
  request: EvaluateRequest,
  context: TaskContext<never>,
  set: TrainingSet,
  judgement: HeldOutJudgement,
): Promise<Comparison | null> {
  const previous = request.previous!;
  const bytes = await context.store.get(previous.artifactKey).catch(() => null);
  const rows = await labelledRows(context.store, request.features, set, rowsOf(set, 'heldOut'));
  if (bytes === null || rows === null) return null;
  const posterior = loadPosterior(bytes);
  if (posterior.spec.input.shape.join() !== request.features.layout.shape.join()) return null;
  if (!answersAlike(posterior.spec.output, set)) return null;
  const engine = await engineOf(context.settings);
  const predictor = await createPredictor({ engine, posterior, samples: previous.samples });
  try {
    const moments = await predictor.moments(rows.features, { signal: context.signal });
    return judgement.compareWith(momentsOf(moments, 0));
  } finally {
    await predictor.dispose();
  }
}

/** Whether a model answers the same questions with the same answers. */
function answersAlike(output: OutputSpec, set: TrainingSet): boolean {
  const outputs = output.kind === 'fields' ? output.fields.map((field) => field.output) : [output];
  const fields = askedFields(set);
  if (outputs.length !== fields.length) return false;
  return outputs.every((own, k) => {
    const { kind, classes } = fields[k]!;
    if (own.kind === 'class') return kind === 'class' && own.classes === classes.length;
    if (own.kind === 'choices') return kind === 'choices' && own.choices === classes.length;
    return kind === 'number';
  });
}

/** Figures on the held-out items of a network that is set beside the model. */
function uncalibratedFigures(set: TrainingSet, heldOut: Judged): ModelMetrics {
  const nothing = { validation: null, control: null, history: [] };
  return judge({ set, heldOut, ...nothing, isCalibrated: false }).metrics;
}

function figuresOf(
  set: TrainingSet,
  judgements: readonly HeldOutJudgement[],
): ModelMetrics['fields'] {
  if (judgements.length === 1) return [];
  return judgements.map(({ metrics }, k) => {
    const { kind, accuracy, rmse, nll, temperature, temperatureFittedOn, before, after } = metrics;
    return {
      name: askedFields(set)[k]!.name,
      kind,
      accuracy,
      rmse,
      nll,
      ece: before?.ece ?? null,
      temperature,
      temperatureFittedOn,
      eceAfter: after?.ece ?? null,
    };
  });
}
