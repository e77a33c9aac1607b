const SIGNATURES: readonly { readonly offset: number; readonly bytes: readonly number[] }[] = [
  { offset: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { offset: 0, bytes: [0xff, 0xd8, 0xff] },
  { offset: 0, bytes: [0x47, 0x49, 0x46, 0x38] },
  { offset: 8, bytes: [0x57, 0x45, 0x42, 0x50] },
];

/**
 * Why these bytes are not taken as a picture, judged by the bytes and never by the name; else null.
 */
export function pictureProblem(bytes: Uint8Array): string | null {
  const known = SIGNATURES.some(({ offset, bytes: signature }) =>
    signature.every((byte, i) => bytes[offset + i] === byte),
  );
  if (known) return null;
  const start = Buffer.from(bytes.subarray(0, 512)).toString('latin1').trimStart().toLowerCase();
  if (start.startsWith('<svg') || (start.startsWith('<?xml') && start.includes('<svg'))) {
    return 'SVG can carry scripts and is not taken. Save it as PNG.';
  }
  return 'Not a picture that can be read. Expected PNG, JPEG, WebP or GIF.';
}
