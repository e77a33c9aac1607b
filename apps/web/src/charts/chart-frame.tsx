'use client';
import { type ReactNode, useId, useState } from 'react';
import './charts.css';
import { useWidth } from './use-width';

export type NumbersTable = {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

type ChartFrameProps = {
  /** States the finding, not the kind of chart. */
  readonly label: string;
  readonly initialWidth: number;
  readonly height: (width: number) => number;
  readonly numbers?: NumbersTable;
  /** The corner of the axis row that the plot leaves free. */
  readonly numbersAt?: 'left' | 'right';
  /** HTML on top of the drawing, in its coordinates. */
  readonly overlay?: (width: number) => ReactNode;
  readonly children: (width: number) => ReactNode;
};

/**
 * A drawing that follows its width, with its name for screen readers and its numbers in a table.
 * @see docs/decisions/0060
 */
export function ChartFrame(props: ChartFrameProps) {
  const [ref, measured] = useWidth<HTMLDivElement>();
  const width = measured ?? props.initialWidth;
  const [open, setOpen] = useState(false);
  const tableId = useId();
  const height = props.height(width);
  return (
    <figure className="chart-figure">
      <div className="chart-plot" ref={ref}>
        <svg
          className="chart"
          role="img"
          aria-label={props.label}
          viewBox={`0 0 ${width} ${height}`}
          width={width}
          height={height}
        >
          {measured === null ? null : props.children(width)}
        </svg>
        {measured === null ? null : props.overlay?.(width)}
        {props.numbers === undefined ? null : (
          <button
            type="button"
            className={`chart-numbers ${props.numbersAt === 'left' ? 'at-left' : ''}`}
            aria-expanded={open}
            aria-controls={open ? tableId : undefined}
            onClick={() => setOpen(!open)}
          >
            Numbers
          </button>
        )}
      </div>
      {open && props.numbers !== undefined ? (
        <NumbersOf id={tableId} table={props.numbers} />
      ) : null}
    </figure>
  );
}

function NumbersOf({ id, table }: { readonly id: string; readonly table: NumbersTable }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls sideways is reached by key
    <section className="scroll-x chart-table" id={id} tabIndex={0} aria-label={table.caption}>
      <table>
        <caption className="sr">{table.caption}</caption>
        <thead>
          <tr>
            {table.head.map((name, column) => (
              <th key={name} scope="col" className={column === 0 ? '' : 'r'}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.join('|')}>
              {row.map((cell, column) => (
                <td key={table.head[column] ?? column} className={column === 0 ? '' : 'r'}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
