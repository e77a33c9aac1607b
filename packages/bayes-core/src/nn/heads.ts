import type { ParameterSlot } from './layer.js';
import type { OutputSpec, SingleOutputSpec } from './spec.js';

/** The part of a network's outputs that answers one question. */
export type Head = {
  /** Name of the field; empty where the network answers one question only. */
  readonly name: string;
  /** Stands before the names of what belongs to this head; empty where there is one head. */
  readonly prefix: string;
  readonly output: SingleOutputSpec;
  /** Columns [start, start + width) of the outputs are this head's. */
  readonly start: number;
  readonly width: number;
  /** Name of its learned log variance, where it learns one for all items. */
  readonly logVariance: string | null;
};

/** The heads of a network in order of their columns: one, or one for each field. */
export function headsOf(output: OutputSpec): Head[] {
  const fields =
    output.kind === 'fields'
      ? output.fields.map((field, i) => ({ ...field, prefix: `field${i}.` }))
      : [{ name: '', output, prefix: '' }];
  let start = 0;
  return fields.map(({ name, output: single, prefix }) => {
    const width = widthOf(single);
    const learns = learnsLogVariance(single, output.kind === 'fields');
    const head: Head = {
      name,
      prefix,
      output: single,
      start,
      width,
      logVariance: learns ? `likelihood.${prefix}logVariance` : null,
    };
    start += width;
    return head;
  });
}

/** How many numbers come out of a network for one item. */
export function outputWidth(output: OutputSpec): number {
  return headsOf(output).reduce((sum, { width }) => sum + width, 0);
}

const LONE_NUMBER = { shape: [], fanIn: 1, fanOut: 1, beforeRelu: false } as const;

/** Learned scalars of the heads, beside the weights of the layers. */
export function headParameters(output: OutputSpec): ParameterSlot[] {
  return headsOf(output).flatMap(({ logVariance }): ParameterSlot[] =>
    logVariance === null ? [] : [{ ...LONE_NUMBER, name: logVariance, role: 'likelihood' }],
  );
}

/** Mean and log variance take a column each, for a number as for every class. */
function widthOf(output: SingleOutputSpec): number {
  switch (output.kind) {
    case 'class':
      return output.logitNoise ? 2 * output.classes : output.classes;
    case 'choices':
      return output.choices;
    case 'number':
      return output.noise === 'per-item' ? 2 : 1;
  }
}

/**
 * A number with one unknown noise learns it. Among several fields a choice learns a scale too, by
 * which its loss is weighed against the others; a number whose noise is given or predicted has its
 * scale in its likelihood already.
 */
function learnsLogVariance(output: SingleOutputSpec, isOneOfSeveral: boolean): boolean {
  if (output.kind !== 'number') return isOneOfSeveral;
  return output.noise !== 'per-item' && output.noiseVariance === undefined;
}
