import type { PoolMoments } from '../predict/moments.js';
import { type ClassUncertainty, classUncertainty } from './class-uncertainty.js';
import { type NumberUncertainty, numberUncertainty } from './number-uncertainty.js';

/** The doubt of a pool, of classes or of numbers. */
export type Uncertainty = ClassUncertainty | NumberUncertainty;

/**
 * The doubt of every row of predicted moments, whichever kind of answer they are of.
 *
 * Formulas, shapes, units and errors as for `classUncertainty` and `numberUncertainty`.
 */
export function poolUncertainty(moments: PoolMoments): Uncertainty {
  return moments.kind === 'class' ? classUncertainty(moments) : numberUncertainty(moments);
}
