'use client';

import { Icon } from '@/components/icons/icon';
import { Select, type SelectOption } from '@/components/ui/select';
import { Table, Th } from '@/components/ui/table';
import { strings } from '../strings';
import styles from '../wizard.module.css';
import type { ColumnRole, PreviewColumn, Roles, Source } from '../wizard-types';

const words = strings.columns;
/** The role "picture" is for files that hold pixels; it cannot be chosen for a column of text. */
const OFFERED: readonly ColumnRole[] = [
  'external-id',
  'text',
  'feature',
  'answer',
  'split',
  'shown',
  'ignored',
];
const OPTIONS: readonly SelectOption<ColumnRole>[] = OFFERED.map((value) => ({
  value,
  label: words.roles[value],
}));
const MOSTLY_EMPTY = 0.5;

/** Second step for tables and text files: what each column is. */
export function ColumnsStep({
  source,
  roles,
  problem,
  onRoles,
}: {
  source: Extract<Source, { kind: 'csv' | 'jsonl' }>;
  roles: Roles;
  problem: string | null;
  onRoles: (roles: Roles) => void;
}) {
  return (
    <>
      <Table label={words.table} className={styles.map}>
        <thead>
          <tr>
            <Th>{words.column}</Th>
            <Th className={styles.smp}>{words.first}</Th>
            <Th>{words.is}</Th>
            <Th className={styles.chk}>{words.check}</Th>
          </tr>
        </thead>
        <tbody>
          {source.preview.columns.map((column) => (
            <tr
              key={column.name}
              className={roles[column.name] === 'ignored' ? styles.dim : undefined}
            >
              <td>
                <b className="med mono">{column.name}</b>
              </td>
              <td className={`t2 ${styles.smp}`}>
                {column.samples.slice(0, 2).map((sample, place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: two samples may be equal
                  <span key={place}>
                    {sample === '' ? <i className="t3">{words.empty}</i> : sample}
                  </span>
                ))}
              </td>
              <td className={styles.role}>
                <Select
                  aria-label={words.role(column.name)}
                  value={roles[column.name]}
                  options={OPTIONS}
                  onChange={(role) => onRoles({ ...roles, [column.name]: role })}
                />
              </td>
              <td className={`xs ${styles.chk}`}>
                <Check column={column} role={roles[column.name]} />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      {problem !== null && (
        <p className="sm row mt-2 text-danger" role="alert">
          <Icon name="warning" />
          {problem}
        </p>
      )}
    </>
  );
}

/** What was found in a column that bears on its role. */
function Check({ column, role }: { column: PreviewColumn; role: ColumnRole | undefined }) {
  if (role === 'external-id') {
    return column.unique ? (
      <span className={styles.ok}>
        <Icon name="check" />
        {words.unique}
      </span>
    ) : (
      <span className={styles.wn}>
        <Icon name="warning" />
        {words.notUnique}
      </span>
    );
  }
  if (column.emptyShare > MOSTLY_EMPTY) {
    return (
      <span className={styles.wn}>
        <Icon name="warning" />
        {words.mostlyEmpty(column.emptyShare)}
      </span>
    );
  }
  if (column.kind === 'category' && column.distinct.length > 0) {
    return <span className="t3">{words.values(column.distinct.length)}</span>;
  }
  return <span className="t3">{words.kinds[column.kind]}</span>;
}
