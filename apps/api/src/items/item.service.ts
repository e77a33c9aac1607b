import { AppError, type Item } from '@dubio/contracts';
import { withdrawItem } from '@dubio/labelling';
import type { ObjectStore } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { Actor, Place } from '../frame/call.js';
import { OBJECT_STORE } from '../frame/tokens.js';
import { toItem } from './item.mapper.js';
import { type FeatureRef, ItemRepository } from './item.repository.js';
import { imageSizeOf, renderFeatureRow } from './item-image.js';
import { isPng } from './png.js';

const SHARD_ROWS = 4096;
const BYTES = { scale: 1 / 255, offset: 0 };
const nothingHere = (itemId: string) =>
  new AppError('resource.not-found', `There is no item ${itemId} here.`);

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

@Injectable()
export class ItemService {
  constructor(
    private readonly repository: ItemRepository,
    private readonly audit: AuditRepository,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  async get(projectId: string, itemId: string): Promise<Item> {
    const row = await this.repository.find(projectId, itemId);
    if (row === null) throw nothingHere(itemId);
    return toItem(row);
  }

  async withdraw(
    actor: Actor,
    place: Place,
    input: { itemId: string; reason: string },
  ): Promise<Item> {
    const { itemId, reason } = input;
    const projectId = place.projectId ?? '';
    await this.repository.transaction(async (tx) => {
      await withdrawItem(tx, { projectId, itemId });
      await this.audit.add(tx, actor, place, {
        action: 'item.withdraw',
        subject: itemId,
        details: { reason },
      });
    });
    return this.get(projectId, itemId);
  }

  /** The picture of an item as PNG, and a tag that changes with its content. */
  async image(projectId: string, itemId: string): Promise<{ png: Uint8Array; tag: string }> {
    const ref = await this.repository.findFeatures(projectId, itemId);
    if (ref === null) throw nothingHere(itemId);
    const png = (await this.storedPng(ref)) ?? (await this.renderedPng(ref));
    if (png === null) throw new AppError('resource.not-found', 'This item has no picture yet.');
    return { png, tag: `"${ref.contentHash.toString('hex').slice(0, 32)}"` };
  }

  /** Imports store pictures re-encoded as PNG; anything else is not sent to a browser. */
  private async storedPng(ref: FeatureRef): Promise<Uint8Array | null> {
    if (ref.blobKey === null) return null;
    const bytes = await this.store.get(ref.blobKey);
    return isPng(bytes) ? bytes : null;
  }

  private async renderedPng(ref: FeatureRef): Promise<Uint8Array | null> {
    const size = imageSizeOf(ref.shape);
    if (size === null || ref.shardKey === null || ref.dtype === null) return null;
    const values = size.width * size.height * size.channels;
    const rowBytes = values * (ref.dtype === 'uint8' ? 1 : 4);
    const start = (ref.ordinal % SHARD_ROWS) * rowBytes;
    const stream = await this.store.getStream(ref.shardKey, { start, end: start + rowBytes - 1 });
    const row = await readAll(stream);
    if (row.length !== rowBytes) return null;
    // Bytes that were standardised for the network are plain bytes to the eye.
    const standardised = ref.dtype === 'uint8' && ref.offset !== 0;
    const light = standardised ? BYTES : { scale: ref.scale ?? 1, offset: ref.offset ?? 0 };
    return renderFeatureRow(row, { size, dtype: ref.dtype, ...light });
  }
}
