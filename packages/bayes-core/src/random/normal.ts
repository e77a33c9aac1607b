import { Sequence } from './sequence.js';
import { hashAt, type Stream } from './stream.js';

const LAYERS = 128;
const TAIL_START = 3.442619855899;
const LAYER_AREA = 9.91256303526217e-3;
const MAGNITUDES = 0x100_0000; // 24 bits

type Ziggurat = {
  /** Magnitudes below which a layer accepts at once. */
  readonly accept: Float64Array;
  /** Width of a layer divided by the number of magnitudes. */
  readonly width: Float64Array;
  /** Density at the right edge of a layer. */
  readonly density: Float64Array;
};

const ZIGGURAT = buildZiggurat();

/**
 * Fills with standard normal values by the ziggurat method
 * (Marsaglia & Tsang 2000, "The Ziggurat Method for Generating Random Variables").
 * The rare rejected positions continue in a stream of their own, so every value depends on its
 * position only.
 */
export function fillNormal(source: Stream, out: Float32Array | Float64Array, scale = 1): void {
  const [key0, key1] = source.key;
  const { accept, width } = ZIGGURAT;
  const rejected = source.split('ziggurat');
  for (let i = 0; i < out.length; i++) {
    const bits = hashAt(key0, key1, i);
    const layer = bits & 127;
    const magnitude = bits >>> 8;
    if (magnitude < accept[layer]!) {
      out[i] = magnitude * width[layer]! * (signOf(bits) * scale);
    } else {
      const draws = new Sequence(rejected.at(i));
      out[i] = slowMagnitude(layer, magnitude, draws) * signOf(bits) * scale;
    }
  }
}

/** -1 or 1 from the bit that neither layer nor magnitude uses. */
function signOf(bits: number): number {
  return 1 - ((bits >>> 6) & 2);
}

/** `count` standard normal values. */
export function normal(source: Stream, count: number): Float32Array {
  const out = new Float32Array(count);
  fillNormal(source, out);
  return out;
}

/** One standard normal value from a running sequence. */
export function nextNormal(draws: Sequence): number {
  const bits = draws.bits();
  const layer = bits & 127;
  const magnitude = bits >>> 8;
  const value =
    magnitude < ZIGGURAT.accept[layer]!
      ? magnitude * ZIGGURAT.width[layer]!
      : slowMagnitude(layer, magnitude, draws);
  return value * signOf(bits);
}

function slowMagnitude(firstLayer: number, firstMagnitude: number, draws: Sequence): number {
  const { accept, width, density } = ZIGGURAT;
  let layer = firstLayer;
  let magnitude = firstMagnitude;
  for (;;) {
    const x = magnitude * width[layer]!;
    if (magnitude < accept[layer]!) return x;
    if (layer === 0) return tail(draws);
    const height = density[layer]! + draws.uniform() * (density[layer - 1]! - density[layer]!);
    if (height < Math.exp(-0.5 * x * x)) return x;
    const bits = draws.bits();
    layer = bits & 127;
    magnitude = bits >>> 8;
  }
}

function tail(draws: Sequence): number {
  for (;;) {
    const x = -Math.log(draws.uniform()) / TAIL_START;
    const y = -Math.log(draws.uniform());
    if (y + y > x * x) return TAIL_START + x;
  }
}

function buildZiggurat(): Ziggurat {
  const accept = new Float64Array(LAYERS);
  const width = new Float64Array(LAYERS);
  const density = new Float64Array(LAYERS);
  const base = LAYER_AREA / Math.exp(-0.5 * TAIL_START * TAIL_START);
  let edge = TAIL_START;
  accept[0] = (TAIL_START / base) * MAGNITUDES;
  width[0] = base / MAGNITUDES;
  density[0] = 1;
  width[LAYERS - 1] = TAIL_START / MAGNITUDES;
  density[LAYERS - 1] = Math.exp(-0.5 * TAIL_START * TAIL_START);
  let previous = edge;
  for (let layer = LAYERS - 2; layer >= 1; layer--) {
    edge = Math.sqrt(-2 * Math.log(LAYER_AREA / edge + Math.exp(-0.5 * edge * edge)));
    accept[layer + 1] = (edge / previous) * MAGNITUDES;
    previous = edge;
    density[layer] = Math.exp(-0.5 * edge * edge);
    width[layer] = edge / MAGNITUDES;
  }
  accept[1] = 0;
  return { accept, width, density };
}
