import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { bytesInWords, inWords, MOST_DECODED_BYTES } from '../budgets/budgets.js';
import type { SourcePicture } from './source-row.js';

/** A picture as it is kept: never the uploaded bytes, always encoded anew. */
export type KeptPicture = { readonly png: Buffer; readonly contentHash: Buffer };

/** Large enough to be looked at, small enough to be sent at once. */
const MAX_SIDE = 512;

// Pictures come one after another; a cache of decoded ones would only grow.
sharp.cache(false);

const BYTES_A_SAMPLE: Readonly<Record<string, number>> = {
  uchar: 1,
  char: 1,
  ushort: 2,
  short: 2,
  uint: 4,
  int: 4,
  float: 4,
  complex: 8,
  double: 8,
  dpcomplex: 16,
};

/** A picture that would take more memory than one may; its message is for people. */
export class PictureTooLargeError extends Error {
  override readonly name = 'PictureTooLargeError';
}

/**
 * Bytes that a picture takes when it is decoded, by its header alone.
 * @throws Error when the bytes are no picture
 */
export async function decodedBytes(picture: SourcePicture): Promise<number> {
  if (picture.encoding === 'raw') return picture.bytes.length;
  const { width, height, channels, depth } = await sharp(picture.bytes, {
    limitInputPixels: false,
  }).metadata();
  return width * height * channels * (BYTES_A_SAMPLE[depth] ?? 1);
}

/** @throws PictureTooLargeError in a sentence for people */
export function checkDecodedBytes(bytes: number): void {
  if (bytes <= MOST_DECODED_BYTES) return;
  const limit = `${bytesInWords(MOST_DECODED_BYTES)} (64 megapixels of 4 channels of 8 bits)`;
  throw new PictureTooLargeError(
    `The picture takes ${inWords(bytes)} bytes when it is decoded, at most ${limit} are taken. Save it smaller or with 8 bits a channel.`,
  );
}

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
      : sharp(picture.bytes, { limitInputPixels: MOST_DECODED_BYTES, failOn: 'error' })
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
