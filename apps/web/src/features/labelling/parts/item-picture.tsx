'use client';

import { type PointerEvent, useLayoutEffect, useRef, useState } from 'react';
import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import type { LoadedImage } from '../images/image-cache';
import styles from '../label.module.css';
import { strings } from '../strings';
import { PictureFailed } from './picture-failed';

/** The picture of an item: its own pixels, never re-coloured, never smoothed when enlarged. */
export function ItemPicture({
  name,
  image,
  zoom,
  onZoom,
  onRetry,
}: {
  name: string;
  image: LoadedImage;
  zoom: number;
  onZoom: (step: 1 | -1) => void;
  onRetry: () => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const [width, setWidth] = useState(372);
  const zoomed = zoom > 1;

  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    setWidth(element.clientWidth);
    // Sizes come from data, so they are set here: the page allows no inline style in its HTML.
    if (picture.current !== null) {
      picture.current.style.width = `${zoom * 100}%`;
      picture.current.style.height = `${zoom * 100}%`;
    }
    element.scrollTo(
      (element.scrollWidth - element.clientWidth) / 2,
      (element.scrollHeight - element.clientHeight) / 2,
    );
  }, [zoom]);

  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (event.pointerType !== 'mouse' || event.buttons !== 1) return;
    event.currentTarget.scrollBy(-event.movementX, -event.movementY);
  };
  const ready = image.state === 'ready';
  const scale = ready ? (width * zoom) / Math.max(image.width, image.height) : null;
  return (
    <>
      <div
        ref={frame}
        className={styles.pic}
        data-zoomed={zoomed || undefined}
        onPointerMove={zoomed ? drag : undefined}
        aria-busy={image.state === 'loading' || undefined}
      >
        {ready && (
          // biome-ignore lint/performance/noImgElement: items are shown pixel by pixel, never resized
          <img
            ref={picture}
            src={image.src}
            alt={strings.picture(name)}
            decoding="sync"
            draggable={false}
            data-small={(scale ?? 1) > 1 || undefined}
          />
        )}
        {image.state === 'failed' && <PictureFailed onRetry={onRetry} />}
      </div>
      {scale !== null && (
        <span className={styles.zoom}>
          <Button
            kind="quiet"
            size="tiny"
            className={styles.sq}
            aria-label={strings.actions.zoomOut}
            aria-keyshortcuts="-"
            onClick={() => onZoom(-1)}
          >
            <Icon name="minus" />
          </Button>
          <span className="xs num t3">{scale >= 1 ? Math.floor(scale) : scale.toFixed(1)}×</span>
          <Button
            kind="quiet"
            size="tiny"
            className={styles.sq}
            aria-label={strings.actions.zoomIn}
            aria-keyshortcuts="+"
            onClick={() => onZoom(1)}
          >
            <Icon name="plus" />
          </Button>
        </span>
      )}
    </>
  );
}
