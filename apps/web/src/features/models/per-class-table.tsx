import type { ModelMetrics } from '@dubio/contracts';
import { DotMark } from '@/charts/marks/dot-mark';
import { ClassName } from '@/components/ui/chip';
import { NoValue, Table, Td, Th } from '@/components/ui/table';
import { formatCount, formatNumber, plural } from '@/lib/format';
import { preparePerClass } from './prepare-model';

/** A row for each class; recall as a dot on a cut scale, both ends written. */
export function PerClassTable(props: {
  readonly metrics: ModelMetrics;
  readonly classes: readonly string[];
}) {
  const { rows, from, to } = preparePerClass(props.metrics);
  const nameOf = (value: string) => {
    const index = rows.findIndex((row) => row.value === value);
    return { index: Math.max(0, index), name: props.classes[index] ?? value };
  };
  return (
    <Table label="Per class, table" className="md-classes num">
      <thead>
        <tr>
          <Th>Class</Th>
          <Th right>Labels</Th>
          <Th right>Held out</Th>
          <Th right>Precision</Th>
          <Th right>
            <span className="md-recall">
              <span className="md-scale wide-only">
                <span>{from}</span>
                <span>{to}</span>
              </span>
              Recall
            </span>
          </Th>
          <Th className="md-taken">Most often taken for</Th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.value}>
            <Td>
              <b className="med">
                <ClassName index={row.index} name={nameOf(row.value).name} />
              </b>
            </Td>
            <Td right>{formatCount(row.labels)}</Td>
            <Td right>{formatCount(row.heldOut)}</Td>
            <Td right>
              {row.precision === null ? (
                <NoValue why="The model never said this" />
              ) : (
                formatNumber(row.precision * 100, 1)
              )}
            </Td>
            <Td right>
              {row.recall === null ? (
                <NoValue why="No held-out item of this class" />
              ) : (
                <span className="md-recall">
                  <span className="wide-only">
                    <DotMark
                      value={row.recall * 100}
                      from={from}
                      to={to}
                      text={`recall ${formatNumber(row.recall * 100, 1)} %, scale ${from} to ${to}`}
                    />
                  </span>
                  {formatNumber(row.recall * 100, 1)}
                </span>
              )}
            </Td>
            <Td className="md-taken t2">
              {row.takenFor === null ? (
                <span className="t3">never mistaken</span>
              ) : (
                <>
                  <ClassName {...nameOf(row.takenFor.value)} />
                  <span className="t3 ml-3">{plural(row.takenFor.times, 'time')}</span>
                </>
              )}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
