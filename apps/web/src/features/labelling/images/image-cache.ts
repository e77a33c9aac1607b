import type { Item } from '@dubio/contracts';

export type LoadedImage =
  | { readonly state: 'none' }
  | { readonly state: 'loading' }
  | {
      readonly state: 'ready';
      readonly src: string;
      readonly width: number;
      readonly height: number;
    }
  | { readonly state: 'failed' };

const NONE: LoadedImage = { state: 'none' };
const LOADING: LoadedImage = { state: 'loading' };

/**
 * Pictures of the next items as blobs in memory: there before they are needed, also without a
 * connection, and painted in the frame in which the item steps forward.
 */
export class ImageCache {
  private readonly images = new Map<string, LoadedImage>();

  constructor(private readonly onChange: () => void) {}

  get(item: Item): LoadedImage {
    if (item.imageUrl === null) return NONE;
    return this.images.get(item.id) ?? LOADING;
  }

  isReady(item: Item): boolean {
    return item.imageUrl === null || this.images.get(item.id)?.state === 'ready';
  }

  /** Loads what is new and lets go of what nobody shows any more. */
  keep(items: readonly Item[]): void {
    const wanted = new Map(items.map((item) => [item.id as string, item]));
    for (const [id, image] of this.images) {
      if (wanted.has(id)) continue;
      if (image.state === 'ready') URL.revokeObjectURL(image.src);
      this.images.delete(id);
    }
    for (const item of wanted.values()) {
      const known = this.images.get(item.id)?.state;
      if (item.imageUrl !== null && known === undefined) void this.load(item, item.imageUrl);
    }
  }

  /** Asks again for pictures that did not come. */
  retryFailed(items: readonly Item[]): void {
    for (const item of items) {
      if (this.images.get(item.id)?.state === 'failed') this.images.delete(item.id);
    }
    this.keep(items);
  }

  clear(): void {
    this.keep([]);
  }

  private async load(item: Item, url: string): Promise<void> {
    this.images.set(item.id, LOADING);
    const image = await fetchImage(url).catch((): LoadedImage => ({ state: 'failed' }));
    if (this.images.has(item.id)) this.images.set(item.id, image);
    else if (image.state === 'ready') URL.revokeObjectURL(image.src);
    this.onChange();
  }
}

async function fetchImage(url: string): Promise<LoadedImage> {
  const response = await fetch(url, { credentials: 'same-origin' });
  if (!response.ok) return { state: 'failed' };
  const src = URL.createObjectURL(await response.blob());
  const element = new Image();
  element.src = src;
  await element.decode();
  return { state: 'ready', src, width: element.naturalWidth, height: element.naturalHeight };
}
