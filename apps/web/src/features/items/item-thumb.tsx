import type { Item } from '@dubio/contracts';
import './items.css';

/** An item in small: its own pixels, or the first words of it. */
export function ItemThumb({ item }: { readonly item: Item }) {
  if (item.imageUrl !== null) {
    return (
      // biome-ignore lint/performance/noImgElement: tiny PNGs of our own API, never re-encoded
      <img
        className="thumb"
        src={item.imageUrl}
        width={28}
        height={28}
        loading="lazy"
        alt={`item ${item.externalId}`}
      />
    );
  }
  return <span className="item-words">{itemWords(item)}</span>;
}

/** What identifies an item that has no picture. */
export function itemWords(item: Item): string {
  const values = Object.entries(item.payload).flatMap(([name, value]) =>
    value === null || value === ''
      ? []
      : [item.kind === 'text' ? String(value) : `${name} ${value}`],
  );
  return values.length === 0 ? item.externalId : values.slice(0, 4).join(', ');
}
