import { expect, it } from 'vitest';
import { isPictureBytes, isPictureName, PICTURE_NAMES } from './picture-types.js';

it('pictures are told by their names, whatever letters these have', () => {
  for (const name of ['a.png', 'b.JPG', 'c/d.jpeg', 'e.WebP', 'f.gif'])
    expect(isPictureName(name)).toBe(true);
  for (const name of ['a.bmp', 'b.tif', 'c.tiff', 'png', 'd.png.txt', 'e.svg'])
    expect(isPictureName(name)).toBe(false);
  expect(PICTURE_NAMES).toBe('PNG, JPEG, WebP or GIF');
});

it('and by their first bytes', () => {
  const of = (...bytes: number[]) => isPictureBytes(Uint8Array.from(bytes));
  expect(of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1)).toBe(true);
  expect(of(0x52, 0x49, 0x46, 0x46, 0, 0, 0, 0, 0x57, 0x45, 0x42, 0x50)).toBe(true);
  expect(of(0x89, 0x50, 0x4e, 0x47)).toBe(false);
  // BM of a bitmap, II* of a TIFF.
  expect(of(0x42, 0x4d, 1, 2, 3)).toBe(false);
  expect(of(0x49, 0x49, 0x2a, 0)).toBe(false);
});
