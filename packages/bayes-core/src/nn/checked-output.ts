import { inRange, oneOf, positive, whole } from './checks.js';
import { fieldError } from './field-error.js';
import type { FieldSpec, NumberOutputSpec, OutputSpec, SingleOutputSpec } from './spec.js';

const KINDS = ['class', 'number', 'choices'];
const MOST_FIELDS = 8;

/** @throws invalid_spec naming the field of the output that makes no sense */
export function checkedOutput(output: OutputSpec | undefined): OutputSpec {
  if (output?.kind !== 'fields') return checkedSingle('output', output);
  const { fields } = output;
  if (!Array.isArray(fields) || fields.length < 2 || fields.length > MOST_FIELDS)
    throw fieldError('output.fields', `2 to ${MOST_FIELDS} fields`, fields);
  fields.forEach((field: FieldSpec, i) => {
    if (typeof field.name !== 'string' || field.name === '')
      throw fieldError(`output.fields[${i}].name`, 'a name', field.name);
    checkedSingle(`output.fields[${i}].output`, field.output);
  });
  const names = fields.map(({ name }: FieldSpec) => name);
  if (new Set(names).size !== names.length)
    throw fieldError('output.fields', 'fields with different names', names);
  return output;
}

function checkedSingle<Output extends SingleOutputSpec>(
  field: string,
  output: Output | undefined,
): Output {
  switch (output?.kind) {
    case 'class':
      whole(`${field}.classes`, output.classes, 2);
      if (output.logitNoise) checkDraws(`${field}.logitNoise.draws`, output.logitNoise.draws);
      return output;
    case 'choices':
      whole(`${field}.choices`, output.choices, 1);
      return output;
    case 'number':
      checkNoise(field, output);
      return output;
    default:
      throw fieldError(
        `${field}.kind`,
        `one of ${KINDS.map((kind) => `'${kind}'`).join(', ')}`,
        (output as { kind?: string } | undefined)?.kind,
      );
  }
}

/** Draws come in pairs of opposite sign. */
function checkDraws(field: string, draws: number): void {
  if (whole(field, draws, 2) % 2 !== 0) throw fieldError(field, 'an even number', draws);
}

function checkNoise(field: string, { noise, noiseVariance, betaNll }: NumberOutputSpec): void {
  const kind = oneOf(`${field}.noise`, noise ?? 'shared', ['shared', 'per-item']);
  if (noiseVariance !== undefined) {
    positive(`${field}.noiseVariance`, noiseVariance);
    if (kind === 'per-item')
      throw fieldError(`${field}.noiseVariance`, 'none where it is predicted', noiseVariance);
  }
  if (betaNll === undefined) return;
  inRange(`${field}.betaNll`, betaNll, 0, 1);
  if (kind === 'shared') throw fieldError(`${field}.betaNll`, "noise 'per-item'", kind);
}
