import type { Featuriser } from '@dubio/contracts';
import { ObjectNotFoundError, type ObjectStore } from '@dubio/platform';
import sharp from 'sharp';
import { z } from 'zod';
import { BadItemError, type FitSource, MissingContentError } from './fit-source.js';
import type { ItemContent } from './item-content.js';
import type { FeatureArray, FeatureLayout } from './shard-layout.js';

// Pictures come one after another; a cache of decoded ones would only grow.
sharp.cache(false);

/** Mean and deviation over all pixels of the pool, on the scale of bytes. */
export const PixelsFitted = z.object({ mean: z.number(), deviation: z.number().gt(0) });
type PixelsFitted = z.infer<typeof PixelsFitted>;
type Pixels = Extract<Featuriser, { kind: 'pixels' }>;

/** Two numbers are learned; this many pictures settle them. */
const FIT_PICTURES = 2048;
const AT_ONCE = 16;

export async function fitPixels(featuriser: Pixels, source: FitSource): Promise<PixelsFitted> {
  let count = 0;
  let sum = 0;
  let squares = 0;
  // Told of where items are encoded; nothing is learned from them.
  let bad: BadItemError | null = null as BadItemError | null;
  let pending: Promise<Uint8Array | null>[] = [];
  const drain = async () => {
    for (const pixels of await Promise.all(pending)) {
      if (pixels === null) continue;
      for (const value of pixels) {
        sum += value;
        squares += value * value;
      }
      count += pixels.length;
    }
    pending = [];
  };
  let pictures = 0;
  for await (const item of source.pool()) {
    if (pictures++ >= FIT_PICTURES) break;
    pending.push(
      readPixels(featuriser, source.store, item).catch((error: unknown) => {
        if (!(error instanceof BadItemError)) throw error;
        bad ??= error;
        return null;
      }),
    );
    if (pending.length >= AT_ONCE) await drain();
  }
  await drain();
  if (count === 0 && bad instanceof MissingContentError) throw bad;
  if (count === 0) return { mean: 127.5, deviation: 127.5 };
  const mean = sum / count;
  const variance = squares / count - mean * mean;
  // Pictures of one colour have no deviation; one byte keeps the scale finite.
  return { mean, deviation: Math.max(1, Math.sqrt(Math.max(0, variance))) };
}

/** Bytes are stored as they are; scale and offset make them mean 0, deviation 1 over the pool. */
export function pixelsLayout(featuriser: Pixels, fitted: PixelsFitted): FeatureLayout {
  return {
    shape: [featuriser.channels, featuriser.height, featuriser.width],
    dtype: 'uint8',
    scale: 1 / fitted.deviation,
    offset: -fitted.mean / fitted.deviation,
  };
}

export async function encodePixels(
  featuriser: Pixels,
  store: ObjectStore,
  item: ItemContent,
  { into, at }: { into: FeatureArray; at: number },
): Promise<void> {
  into.set(await readPixels(featuriser, store, item), at);
}

async function readPixels(
  featuriser: Pixels,
  store: ObjectStore,
  item: ItemContent,
): Promise<Uint8Array> {
  if (item.blobKey === null) throw new BadItemError('it has no picture');
  const png = await store.get(item.blobKey).catch((cause: unknown) => {
    if (!(cause instanceof ObjectNotFoundError)) throw cause;
    throw new MissingContentError('its picture is not in the store', { cause });
  });
  try {
    return await pixelsOf(png, featuriser);
  } catch (cause) {
    throw new BadItemError('its stored picture cannot be decoded', { cause });
  }
}

/**
 * Pixels of a kept picture at the size a network takes, channel by channel: [channels, height,
 * width].
 */
export async function pixelsOf(
  png: Uint8Array,
  size: { width: number; height: number; channels: 1 | 3 },
): Promise<Uint8Array> {
  const { data, info } = await sharp(png)
    .toColourspace(size.channels === 1 ? 'b-w' : 'srgb')
    .resize(size.width, size.height, { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const area = size.width * size.height;
  const pixels = new Uint8Array(size.channels * area);
  for (let channel = 0; channel < size.channels; channel++) {
    const from = Math.min(channel, info.channels - 1);
    for (let i = 0; i < area; i++) pixels[channel * area + i] = data[i * info.channels + from]!;
  }
  return pixels;
}
