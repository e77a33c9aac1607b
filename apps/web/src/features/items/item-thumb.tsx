import type { Item } from '@dubio/contracts';
import { firstWords } from '../labelling/item-words';
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
  return <span className="item-words">{firstWords(item, 60)}</span>;
}
