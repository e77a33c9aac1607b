'use client';

import type { AnswerValue, Item, LabelField, Project } from '@dubio/contracts';
import { useVirtualizer } from '@tanstack/react-virtual';
import Link from 'next/link';
import { useEffect, useRef } from 'react';
import { ClassName } from '@/components/ui/chip';
import { RelativeTime } from '@/components/ui/relative-time';
import { Td, Th } from '@/components/ui/table';
import { formatNumber } from '@/lib/format';
import { firstWords } from '../labelling/item-words';
import { ItemThumb } from './item-thumb';
import { strings } from './strings';

const ROW = 40;
const AHEAD = 20;

/** Only the rows in sight are in the page; the next ones are fetched before they are reached. */
export function ItemsTable(props: {
  readonly project: Project;
  readonly items: readonly Item[];
  readonly more: boolean;
  readonly onMore: () => void;
}) {
  const { project, items, more, onMore } = props;
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= items.length - AHEAD) {
      onMore();
    }
  }, [more, last, items.length, onMore]);
  const before = rows[0]?.start ?? 0;
  const after = Math.max(0, virtual.getTotalSize() - (rows.at(-1)?.end ?? 0));
  const { columns } = strings;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by key
    <section className="it-scroll" ref={scroller} tabIndex={0} aria-label="Items">
      <table className="it-table num" aria-rowcount={more ? -1 : items.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <Th>{columns.item}</Th>
            <Th>{columns.id}</Th>
            <Th>{columns.label}</Th>
            <Th>{columns.state}</Th>
            <Th>{columns.split}</Th>
            {project.itemKind === 'image' ? null : <Th>{columns.shown}</Th>}
            <Th right>{columns.added}</Th>
          </tr>
        </thead>
        <tbody>
          {before > 0 ? <Gap height={before} /> : null}
          {rows.map((row) => {
            const item = items[row.index];
            return item === undefined ? null : (
              <ItemRow key={item.id} project={project} item={item} index={row.index} />
            );
          })}
          {after > 0 ? <Gap height={after} /> : null}
        </tbody>
      </table>
    </section>
  );
}

/** Stands for the rows that are not in the page. */
function Gap({ height }: { readonly height: number }) {
  return (
    <tr className="it-gap">
      <td colSpan={7}>
        <svg width="1" height={height} aria-hidden="true" />
      </td>
    </tr>
  );
}

function ItemRow(props: {
  readonly project: Project;
  readonly item: Item;
  readonly index: number;
}) {
  const { project, item, index } = props;
  return (
    <tr aria-rowindex={index + 2}>
      <Td className="it-thumb">{item.imageUrl === null ? null : <ItemThumb item={item} />}</Td>
      <Td>
        <Link className="mono" href={`/projects/${project.id}/items/${item.id}`}>
          {item.externalId}
        </Link>
      </Td>
      <Td>
        <ItemLabel project={project} item={item} />
      </Td>
      <Td className="t2">{strings.states[item.state]}</Td>
      <Td className="t2">{strings.splits[item.split]}</Td>
      {project.itemKind === 'image' ? null : (
        <Td className="it-words t2">{firstWords(item, 80)}</Td>
      )}
      <Td right className="t3">
        <RelativeTime at={item.createdAt} />
      </Td>
    </tr>
  );
}

/** The agreed answer of an item to each field, or nothing. */
export function ItemLabel({ project, item }: { readonly project: Project; readonly item: Item }) {
  const { label } = item;
  if (label === null) return <span className="t3">no label</span>;
  return (
    <span className="row">
      {project.labelSchema.fields.map((field) => (
        <FieldLabel key={field.name} field={field} value={label[field.name]} />
      ))}
    </span>
  );
}

function FieldLabel({
  field,
  value,
}: {
  readonly field: LabelField;
  readonly value: AnswerValue | undefined;
}) {
  if (value === undefined) return <span className="t3">no label</span>;
  if (field.kind === 'number') {
    return (
      <>
        {typeof value === 'number' ? formatNumber(value) : value} {field.unit ?? ''}
      </>
    );
  }
  const values = Array.isArray(value) ? value : [String(value)];
  if (values.length === 0) return <span className="t3">none</span>;
  return values.map((one) => {
    const index = field.choices.findIndex((choice) => choice.value === one);
    return (
      <ClassName key={one} index={Math.max(0, index)} name={field.choices[index]?.title ?? one} />
    );
  });
}
