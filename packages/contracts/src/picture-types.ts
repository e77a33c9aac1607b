type PictureType = {
  readonly name: string;
  /** Endings of file names, in small letters. */
  readonly endings: readonly string[];
  /** What the bytes are from this place on. */
  readonly signature: { readonly offset: number; readonly bytes: readonly number[] };
};

/** What imports take as pictures: by the bytes where they are read, by the name before that. */
const PICTURE_TYPES: readonly PictureType[] = [
  {
    name: 'PNG',
    endings: ['png'],
    signature: { offset: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  },
  {
    name: 'JPEG',
    endings: ['jpg', 'jpeg'],
    signature: { offset: 0, bytes: [0xff, 0xd8, 0xff] },
  },
  { name: 'WebP', endings: ['webp'], signature: { offset: 8, bytes: [0x57, 0x45, 0x42, 0x50] } },
  { name: 'GIF', endings: ['gif'], signature: { offset: 0, bytes: [0x47, 0x49, 0x46, 0x38] } },
];

/** As in a sentence: PNG, JPEG, WebP or GIF. */
export const PICTURE_NAMES = PICTURE_TYPES.map(({ name }) => name)
  .join(', ')
  .replace(/, ([^,]*)$/, ' or $1');

/** Whether a file's name says that it is a picture which imports take. */
export const isPictureName = (name: string): boolean =>
  PICTURE_TYPES.some(({ endings }) =>
    endings.some((ending) => name.toLowerCase().endsWith(`.${ending}`)),
  );

/** Whether the first bytes of a file are those of a picture which imports take. */
export const isPictureBytes = (bytes: Uint8Array): boolean =>
  PICTURE_TYPES.some(({ signature }) =>
    signature.bytes.every((byte, place) => bytes[signature.offset + place] === byte),
  );
