import type { Engine, Program } from '../engine/engine.js';
import { NumericsError, throwIfAborted } from '../errors.js';
import { graph } from '../graph/graph.js';
import { constant, input } from '../graph/node.js';
import {
  checkFeatures,
  type FeatureMatrix,
  type FeatureType,
  featureInput,
  featureTensors,
  featureType,
} from '../nn/features.js';
import { forward } from '../nn/forward.js';
import type { Network } from '../nn/network.js';
import type { NetworkSample } from '../posterior/family.js';
import { familyOf, networkOf } from '../posterior/family-of.js';
import type { FittedPosterior } from '../posterior/fitted.js';
import type { Tensor } from '../tensor.js';
import { blockOf, blockSize, mostRowsPerBlock, rowsOfSample } from './block.js';
import { inUnits, poolSums } from './head-sums.js';
import { type MethodProgram, methodProgram, type PredictMethod } from './method.js';
import type { PoolMoments } from './moments.js';

export type PredictorOptions = {
  readonly engine: Engine;
  readonly posterior: FittedPosterior;
  /** Posterior samples T; an ensemble has as many as members, a point one. */
  readonly samples: number;
  /**
   * Samples that are passed over: those of this predictor are `skip` to `skip + samples - 1`.
   * Default 0.
   */
  readonly skip?: number;
  /** Default: the one with the least work for this network. */
  readonly method?: PredictMethod;
};

export type PredictOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((fractionDone: number) => void) | undefined;
};

/**
 * Runs a posterior over rows of features. Rows may be split over calls, processes and machines: the
 * samples are the same.
 */
export type Predictor = {
  readonly samples: number;
  /** Streaming sums over all samples. @throws invalid_data, non_finite, aborted */
  moments(features: FeatureMatrix, options?: PredictOptions): Promise<PoolMoments>;
  /**
   * Log-probabilities of every sample, [N, K, C], for the few rows that batch rules compare.
   * Classes only.
   */
  logProbs(features: FeatureMatrix, options?: PredictOptions): Promise<Float32Array>;
  /** Predicted means of every sample, [N, K], in units of the target. Numbers only. */
  sampleMeans(features: FeatureMatrix, options?: PredictOptions): Promise<Float64Array>;
  dispose(): Promise<void>;
};

/** Sample weights kept between blocks; beyond it they are cut anew. */
const KEPT_WEIGHT_VALUES = 64_000_000;

/** Name of the prefix output as input of a sample program. */
const HIDDEN = 'hidden';

/**
 * @throws invalid_argument when samples is not a positive whole number, or samples are passed over
 * where networks are given
 */
export async function createPredictor({
  engine,
  posterior,
  samples,
  skip = 0,
  method,
}: PredictorOptions): Promise<Predictor> {
  if (!Number.isSafeInteger(samples) || samples < 1 || samples > 65_535) {
    throw new NumericsError(
      'invalid_argument',
      `Posterior samples: expected a whole number from 1 to 65,535, got ${samples}.`,
      { samples },
    );
  }
  const family = familyOf(posterior.spec.posterior);
  const network = networkOf(posterior);
  const count = family.sampleCount(posterior, samples);
  if (!Number.isSafeInteger(skip) || skip < 0 || (skip > 0 && count !== samples)) {
    throw new NumericsError(
      'invalid_argument',
      `Samples to pass over: expected a whole number >= 0, and 0 for a posterior of kind '${posterior.spec.posterior.kind}' that has ${count} networks, got ${skip}.`,
      { skip },
    );
  }
  const chosen = methodProgram(network, posterior, count, method);
  return new PoolPredictor(engine, posterior, network, { method: chosen, samples: count, skip });
}

/** The two native programs of one block size. */
type BlockPrograms = { readonly prefix: Program; readonly suffix: Program };

/** The samples of one call, and what makes a program theirs. */
type DrawnSamples = {
  readonly samples: readonly NetworkSample[];
  readonly inputs: Record<string, Tensor>;
};

type Visit = (
  outputs: Record<string, Tensor>,
  sample: NetworkSample,
  sampleIndex: number,
  firstRow: number,
) => void;

class PoolPredictor implements Predictor {
  private readonly programs = new Map<string, Promise<BlockPrograms>>();
  private readonly drawn: DrawnSamples[] = [];
  private keptValues = 0;
  private readonly method: MethodProgram;
  private readonly skip: number;
  readonly samples: number;

  constructor(
    private readonly engine: Engine,
    private readonly posterior: FittedPosterior,
    private readonly network: Network,
    drawn: { readonly method: MethodProgram; readonly samples: number; readonly skip: number },
  ) {
    this.method = drawn.method;
    this.samples = drawn.samples;
    this.skip = drawn.skip;
  }

  async moments(features: FeatureMatrix, options: PredictOptions = {}): Promise<PoolMoments> {
    const { samples } = this;
    const { targetScale } = this.posterior;
    const sums = poolSums(this.network, targetScale, { rows: features.rows, samples });
    await this.run(features, options, (outputs, sample, _index, firstRow) => {
      sums.add(outputs, sample, firstRow);
    });
    return sums.finish();
  }

  async logProbs(features: FeatureMatrix, options: PredictOptions = {}): Promise<Float32Array> {
    const { output } = this.posterior.spec;
    if (output.kind !== 'class') throw wrongOutput('class', output.kind);
    const { classes } = output;
    const all = new Float32Array(features.rows * this.samples * classes);
    await this.run(features, options, (outputs, _sample, index, firstRow) => {
      const { data } = outputs.logProbs!;
      for (let i = 0; i < data.length; i++) {
        const row = firstRow + Math.floor(i / classes);
        all[(row * this.samples + index) * classes + (i % classes)] = data[i]!;
      }
    });
    return all;
  }

  async sampleMeans(features: FeatureMatrix, options: PredictOptions = {}): Promise<Float64Array> {
    const { output } = this.posterior.spec;
    if (output.kind !== 'number') throw wrongOutput('number', output.kind);
    const all = new Float64Array(features.rows * this.samples);
    await this.run(features, options, (outputs, _sample, index, firstRow) => {
      inUnits(outputs.mean!.data, this.posterior.targetScale).forEach((value, i) => {
        all[(firstRow + i) * this.samples + index] = value;
      });
    });
    return all;
  }

  async dispose(): Promise<void> {
    for (const pending of this.programs.values()) {
      const { prefix, suffix } = await pending;
      await prefix.dispose();
      await suffix.dispose();
    }
    this.programs.clear();
  }

  /** Blocks of rows, and every sample on each: the prefix is computed once for a block. */
  private async run(
    features: FeatureMatrix,
    { signal, onProgress }: PredictOptions,
    visit: Visit,
  ): Promise<void> {
    checkFeatures(features, this.network.inputShape, 'Rows to predict');
    const { program } = this.method;
    const most = this.mostRows();
    for (let start = 0; start < features.rows; start += most) {
      const rows = Math.min(most, features.rows - start);
      const block = blockSize(rows, most);
      const { prefix, suffix } = await this.programsFor(featureType(features), block);
      const { [HIDDEN]: hidden } = await prefix.run(
        featureTensors(blockOf(features, start, rows, block)),
      );
      for (let first = 0; first < this.samples; first += program.samplesPerCall) {
        throwIfAborted(signal, 'Prediction');
        const { samples, inputs } = this.draw(first);
        const outputs = await suffix.run({ [HIDDEN]: hidden!, ...inputs });
        samples.forEach((sample, at) => {
          visit(rowsOfSample(outputs, at, { rows, block }), sample, first + at, start);
        });
      }
      onProgress?.((start + rows) / features.rows);
    }
  }

  private mostRows(): number {
    const { program, split } = this.method;
    const { samplesPerCall } = program;
    return samplesPerCall === 1
      ? mostRowsPerBlock(this.network)
      : mostRowsPerBlock(this.network, { layers: split.suffix, samplesPerCall });
  }

  /**
   * The samples of the call that begins with sample `first`, kept between blocks while their inputs
   * are small.
   */
  private draw(first: number): DrawnSamples {
    const known = this.drawn[first];
    if (known) return known;
    const { program } = this.method;
    const count = Math.min(program.samplesPerCall, this.samples - first);
    const family = familyOf(this.posterior.spec.posterior);
    const samples = Array.from({ length: count }, (_, at) =>
      family.sampleNetwork(this.posterior, this.network, this.skip + first + at),
    );
    const drawn = { samples, inputs: program.inputsOf(samples) };
    this.keptValues += Object.values(drawn.inputs).reduce((sum, { data }) => sum + data.length, 0);
    if (this.keptValues <= KEPT_WEIGHT_VALUES) this.drawn[first] = drawn;
    return drawn;
  }

  private programsFor(type: FeatureType, block: number): Promise<BlockPrograms> {
    const key = `${type} ${block}`;
    const known = this.programs.get(key);
    if (known) return known;
    const compiled = this.compile(type, block);
    this.programs.set(key, compiled);
    return compiled;
  }

  private async compile(type: FeatureType, block: number): Promise<BlockPrograms> {
    const features = featureInput(type, block, this.network.inputShape);
    const parameters = this.posterior.members[0]!.parameters;
    const hidden = forward(this.method.split.prefix, features.decode(features.raw), {
      parameter: (name) => constant(parameters[name]!.data, parameters[name]!.shape),
      mask: () => null,
    });
    const handed = this.method.program.arrange(hidden);
    const outputs = this.method.program.outputs(input(HIDDEN, 'float32', handed.shape));
    return {
      prefix: await this.engine.compile(graph({ [HIDDEN]: handed })),
      suffix: await this.engine.compile(graph(outputs)),
    };
  }
}

function wrongOutput(expected: string, got: string): NumericsError {
  return new NumericsError(
    'invalid_argument',
    `This needs a model that answers with a ${expected}, got a ${got}.`,
    { expected },
  );
}
