import type { PoolMoments, SingleMoments } from '@dubio/bayes-core/pure';
import { choicesUncertainty } from './choices-uncertainty.js';
import { classUncertainty } from './class-uncertainty.js';
import {
  type FieldsUncertainty,
  fieldsUncertainty,
  type SingleUncertainty,
} from './fields-uncertainty.js';
import { numberUncertainty } from './number-uncertainty.js';

/** The uncertainty of a pool, about one question or several. */
export type Uncertainty = SingleUncertainty | FieldsUncertainty;

/**
 * The uncertainty of every row of predicted moments, whichever kind of answer they are of.
 *
 * Formulas, shapes, units and errors as for `classUncertainty`, `choicesUncertainty`,
 * `numberUncertainty`, `fieldsUncertainty`.
 */
export function poolUncertainty(moments: PoolMoments): Uncertainty {
  if (moments.kind !== 'fields') return singleUncertainty(moments);
  return fieldsUncertainty(
    moments.fields.map(({ moments: own, deviation }) => ({
      uncertainty: singleUncertainty(own),
      deviation,
    })),
  );
}

function singleUncertainty(moments: SingleMoments): SingleUncertainty {
  switch (moments.kind) {
    case 'class':
      return classUncertainty(moments);
    case 'choices':
      return choicesUncertainty(moments);
    case 'number':
      return numberUncertainty(moments);
  }
}
