'use client';
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

/**
 * The width a chart has to itself (null until measured): it is laid out again, its type keeps its
 * size.
 */
export function useWidth<Element extends HTMLElement>(): [
  RefObject<Element | null>,
  number | null,
] {
  const ref = useRef<Element>(null);
  const [width, setWidth] = useState<number | null>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) {
      return;
    }
    const measure = () => {
      const next = Math.round(element.clientWidth);
      if (next > 0) {
        setWidth(next);
      }
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
