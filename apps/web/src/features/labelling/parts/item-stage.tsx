'use client';

import type { Item } from '@dubio/contracts';
import type { LoadedImage } from '../images/image-cache';
import { itemWords } from '../item-words';
import styles from '../label.module.css';
import { strings } from '../strings';
import { ItemPicture } from './item-picture';

/** The item, large, in the middle. Nothing else on the page moves it. */
export function ItemStage({
  item,
  image,
  zoom,
  onZoom,
  onRetry,
}: {
  item: Item;
  image: LoadedImage;
  zoom: number;
  onZoom: (step: 1 | -1) => void;
  onRetry: () => void;
}) {
  return (
    <div className={styles.stage}>
      {item.imageUrl === null ? (
        <Words item={item} />
      ) : (
        <ItemPicture
          key={item.id}
          name={item.externalId}
          image={image}
          zoom={zoom}
          onZoom={onZoom}
          onRetry={onRetry}
        />
      )}
      <span className={`${styles.sid} mono`} title={item.externalId}>
        {item.externalId}
      </span>
    </div>
  );
}

function Words({ item }: { item: Item }) {
  const { text, facts } = itemWords(item);
  const label = strings.picture(item.externalId);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long items scroll and must be reachable by key
    <section className={text === null ? '' : styles.words} tabIndex={0} aria-label={label}>
      {text !== null && <p>{text}</p>}
      {facts.length > 0 && (
        <dl className={styles.facts}>
          {facts.map((fact) => (
            <div key={fact.name}>
              <dt>{fact.name}</dt>
              <dd>{fact.value}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
