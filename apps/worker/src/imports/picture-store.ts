import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { SourcePicture } from './source-row.js';

/** A picture as it is kept: never the uploaded bytes, always encoded anew. */
export type KeptPicture = { readonly png: Buffer; readonly contentHash: Buffer };

const MAX_INPUT_PIXELS = 64_000_000;
/** Large enough to be looked at, small enough to be sent at once. */
const MAX_SIDE = 512;

// Pictures come one after another; a cache of decoded ones would only grow.
sharp.cache(false);

/**
 * Decodes a picture, turns it as its camera says, shrinks it to at most 512 pixels per side and
 * encodes it as PNG. The hash is that of the pixels: the same picture in another file is the same
 * item.
 * @throws Error when the bytes are damaged or hold more pixels than are taken
 */
export async function keepPicture(picture: SourcePicture): Promise<KeptPicture> {
  const decoded =
    picture.encoding === 'raw'
      ? sharp(picture.bytes, { raw: rawOf(picture) })
      : sharp(picture.bytes, { limitInputPixels: MAX_INPUT_PIXELS, failOn: 'error' })
          .rotate()
          .flatten({ background: '#ffffff' })
          .resize(MAX_SIDE, MAX_SIDE, { fit: 'inside', withoutEnlargement: true });
  const { data, info } = await decoded.raw().toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const png = await sharp(data, { raw }).png({ compressionLevel: 6 }).toBuffer();
  const contentHash = createHash('sha256')
    .update(`${info.width}x${info.height}x${info.channels}`)
    .update(data)
    .digest();
  return { png, contentHash };
}

const rawOf = ({ width, height, channels }: SourcePicture & { encoding: 'raw' }) => ({
  width,
  height,
  channels,
});
