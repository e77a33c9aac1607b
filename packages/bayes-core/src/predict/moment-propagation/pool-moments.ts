import { constant, type Node } from '../../graph/node.js';
import { concat, flatten, reshape } from '../../graph/ops/layout.js';
import {
  averagePool,
  averageUnpool,
  maxPool,
  maxPoolIndices,
  maxUnpool,
  takeAt,
} from '../../graph/ops/pooling.js';
import { gather } from '../../graph/ops/selection.js';
import { unreachable } from './activation-moments.js';
import { certain, type Step, times, type ValueMoments, varianceOf } from './value-moments.js';

/**
 * The step of max pooling: the moments of the value with the greatest mean of each window. Values
 * of a window share masks and weights and so rise and fall together, where this is near; Clark's
 * formulas (1961) for independent values find far too large a maximum.
 * @see Gast & Roth 2018, section 3 (max pooling)
 */
export function maxPoolMoments(x: ValueMoments, size: number): Step {
  if (!varianceOf(x))
    return { moments: certain(maxPool(x.mean, size)), carry: unreachable, born: null };
  const places = maxPoolIndices(x.mean, size);
  return {
    moments: eachOf(x, maxPool(x.mean, size), (variance) => takeAt(variance, places)),
    carry: (direction) => maxUnpool(direction, places, x.mean, size),
    born: null,
  };
}

/**
 * The step of average pooling of K values: mean of the means; of variances as if values were
 * independent, mean / K.
 */
export function averagePoolMoments(x: ValueMoments, size: number): Step {
  const mean = averagePool(x.mean, size);
  return {
    moments: eachOf(x, mean, (variance) => times(averagePool(variance, size), 1 / size ** 2)),
    carry: (direction) => averageUnpool(direction, x.mean, size),
    born: null,
  };
}

export function flattenMoments(x: ValueMoments): Step {
  return {
    moments: eachOf(x, flatten(x.mean), flatten),
    carry: (direction) => reshape(direction, x.mean.shape),
    born: null,
  };
}

/**
 * The step that keeps some of the values, or channels, of an item; a direction is 0 on those that
 * are left out.
 */
export function selectMoments(x: ValueMoments, positions: readonly number[]): Step {
  const asInts = (values: readonly number[]) =>
    constant(Int32Array.from(values), [values.length], 'int32');
  const take = (values: Node) => gather(values, asInts(positions), 1);
  const width = x.mean.shape[1] as number;
  const nothing = positions.length;
  const places = Array.from({ length: width }, (_, i) => {
    const at = positions.indexOf(i);
    return at < 0 ? nothing : at;
  });
  return {
    moments: eachOf(x, take(x.mean), take),
    carry: (direction) => {
      const zero = times(gather(direction, asInts([0]), 1), 0);
      return gather(concat([direction, zero], 1), asInts(places), 1);
    },
    born: null,
  };
}

function eachOf(x: ValueMoments, mean: Node, change: (variance: Node) => Node): ValueMoments {
  return {
    mean,
    carried: x.carried && change(x.carried),
    independent: x.independent && change(x.independent),
  };
}
