import { describe, expect, it } from 'vitest';
import { stream } from '../random/stream.js';
import { completeSpec } from './complete-spec.js';
import { resolveNetwork } from './network.js';
import { initialParameters } from './parameters.js';
import type { InitialisationName, PresetName } from './spec.js';

const spec = (preset: PresetName) =>
  completeSpec({
    network: { preset },
    input: { shape: [1, 28, 28] },
    output: { kind: 'class', classes: 10 },
  });

const first = (initialisation: InitialisationName, seed = 0) =>
  initialParameters(resolveNetwork(spec('batchbald-conv')), initialisation, stream(seed));

const variance = (data: ArrayLike<number>) =>
  Array.from(data).reduce((sum, value) => sum + value * value, 0) / data.length;

const largest = (data: ArrayLike<number>) =>
  Array.from(data).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe('first values of weights', () => {
  it("are those of a preset's authors, unless the spec says otherwise", () => {
    expect(spec('batchbald-conv').initialisation).toBe('fan-in-uniform');
    expect(spec('gal-conv').initialisation).toBe('glorot-uniform');
    expect(spec('uci-50').initialisation).toBe('glorot-uniform');
    expect(spec('mlp-512').initialisation).toBe('he-normal');
    const own = completeSpec({ ...spec('gal-conv'), initialisation: 'he-normal' });
    expect(own.initialisation).toBe('he-normal');
    const layers = completeSpec({
      network: { layers: [{ kind: 'dropout' }] },
      input: own.input,
      output: own.output,
    });
    expect(layers.initialisation).toBe('he-normal');
  });

  it('have the variance of He: 2 / fan-in before a relu, 1 / fan-in at the end, biases zero', () => {
    const values = first('he-normal');
    // 51,200, 131,072 and 1,280 values: four standard errors of a variance are .025, .016 and .16
    // of it.
    expect(variance(values['conv2d2.weight']!.data) / (2 / 800)).toBeCloseTo(1, 1);
    expect(variance(values['dense1.weight']!.data) / (2 / 1024)).toBeCloseTo(1, 1);
    expect(Math.abs(variance(values['head.weight']!.data) * 128 - 1)).toBeLessThan(0.16);
    expect(largest(values['dense1.bias']!.data)).toBe(0);
  });

  it('fill the interval of Glorot, kernel cells counted on both sides, biases zero', () => {
    const values = first('glorot-uniform');
    for (const [name, fans] of [
      ['conv2d2.weight', 25 * (32 + 64)],
      ['dense1.weight', 1024 + 128],
    ] as const) {
      const bound = Math.sqrt(6 / fans);
      const most = largest(values[name]!.data);
      expect(most).toBeLessThanOrEqual(bound);
      expect(most).toBeGreaterThan(0.999 * bound);
      expect(variance(values[name]!.data) / (bound ** 2 / 3)).toBeCloseTo(1, 1);
    }
    expect(largest(values['conv2d2.bias']!.data)).toBe(0);
  });

  it('fill the interval of one over the root of fan-in, biases too', () => {
    const values = first('fan-in-uniform');
    const bound = 1 / Math.sqrt(800);
    const most = largest(values['conv2d2.weight']!.data);
    expect(most).toBeLessThanOrEqual(bound);
    expect(most).toBeGreaterThan(0.999 * bound);
    expect(largest(values['conv2d2.bias']!.data)).toBeLessThanOrEqual(bound);
    expect(variance(values['dense1.bias']!.data) * 3 * 1024).toBeGreaterThan(0.6);
  });

  it('are the same for a seed, others for another, and no two tensors share them', () => {
    const values = first('fan-in-uniform');
    const head = (seed: number) => first('fan-in-uniform', seed)['head.weight'];
    expect(head(0)).toEqual(values['head.weight']);
    expect(head(1)).not.toEqual(values['head.weight']);
    expect(values['conv2d1.bias']!.data[0]).not.toBe(values['conv2d1.weight']!.data[0]);
  });
});
