'use client';

import { useMemo } from 'react';
import { prepareScatter, type ScatterInput } from '@/charts/scatter/prepare-scatter';
import { ClassName } from '@/components/ui/chip';
import { strings } from './strings';
import type { ResponseOfUncertainty } from './types';

/** Classes with their colours; a press hides one. */
export function Legend(props: {
  readonly data: ResponseOfUncertainty;
  readonly hidden: ReadonlySet<number>;
  readonly onToggle: (index: number) => void;
}) {
  return (
    <ul className="un-legend" aria-label={strings.legend}>
      {props.data.classes.map((name, index) => (
        <li key={name}>
          <button
            type="button"
            className="num"
            aria-pressed={!props.hidden.has(index)}
            onClick={() => props.onToggle(index)}
          >
            <ClassName index={index} name={name} />
          </button>
        </li>
      ))}
    </ul>
  );
}

const LEVELS = [1, 2, 3, 4, 5, 6] as const;

/** What a dot is, and what the shades count. */
export function ScatterKey({ input }: { readonly input: ScatterInput }) {
  const { legend } = useMemo(
    () => prepareScatter(input, { width: 610, hidden: new Set(), selection: null, selected: null }),
    [input],
  );
  return (
    <div className="un-key xs t3">
      <span className="row">
        <svg width="10" height="10" aria-hidden="true">
          <circle className="un-key-dot" cx="5" cy="5" r="2.6" />
        </svg>
        {strings.oneItem}
      </span>
      {legend === null ? null : (
        <span className="row num">
          {legend.low}
          <svg
            className="chart un-scale"
            width="108"
            height="9"
            viewBox="0 0 108 9"
            aria-hidden="true"
          >
            {LEVELS.map((level) => (
              <rect
                key={level}
                className={`seq-${level}`}
                x={(level - 1) * 18}
                width="18"
                height="9"
              />
            ))}
          </svg>
          {legend.high}
        </span>
      )}
    </div>
  );
}
