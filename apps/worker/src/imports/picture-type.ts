import { isPictureBytes, PICTURE_NAMES } from '@dubio/contracts';

/**
 * Why these bytes are not taken as a picture, judged by the bytes and never by the name; else null.
 */
export function pictureProblem(bytes: Uint8Array): string | null {
  if (isPictureBytes(bytes)) return null;
  const start = Buffer.from(bytes.subarray(0, 512)).toString('latin1').trimStart().toLowerCase();
  if (start.startsWith('<svg') || (start.startsWith('<?xml') && start.includes('<svg'))) {
    return 'SVG can carry scripts and is not taken. Save it as PNG.';
  }
  return `Not a picture that can be read. Expected ${PICTURE_NAMES}.`;
}
