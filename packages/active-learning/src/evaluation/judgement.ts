import type { EpochRecord, SingleMoments } from '@dubio/bayes-core/pure';
import type { ModelMetrics } from '@dubio/contracts';
import type { TrainingSet } from '../labels/training-set.js';
import type { Judged } from './trust.js';

/** How the new model did against the one in use, on the same held-out items. */
export type Comparison = {
  readonly rows: number;
  /** Classes: items only the new one, only the old one answered rightly. */
  readonly won: number;
  readonly lost: number;
  /** Kappa of the two models' answers; null for numbers and for several choices. */
  readonly agreement: number | null;
  /** Numbers: mean rise of the squared error, and its standard error. */
  readonly squaredErrorRise: number | null;
  readonly squaredErrorRiseError: number | null;
};

export type HeldOutJudgement = {
  readonly metrics: ModelMetrics;
  readonly temperature: number | null;
  readonly control: { value: number; low: number; high: number; count: number } | null;
  readonly rmseRange: { low: number; high: number } | null;
  compareWith(previous: SingleMoments): Comparison | null;
};

export type JudgementInputs = {
  readonly set: TrainingSet;
  readonly heldOut: Judged | null;
  readonly validation: Judged | null;
  readonly control: Judged | null;
  readonly history: readonly EpochRecord[];
  /** Whether a temperature is fitted, and applied to the predictive model. */
  readonly isCalibrated: boolean;
};

/** Fewer than this many say nothing about calibration. */
export const LEAST_FOR_TEMPERATURE = 20;
