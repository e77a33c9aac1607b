import type { ModelMetrics } from '@dubio/contracts';
import { Panel } from '@/components/ui/panel';
import { NoValue, Table, Td, Th } from '@/components/ui/table';
import { formatNumber, formatPercent } from '@/lib/format';
import { heldOutOf } from './prepare-model';
import { strings } from './strings';

/** Several fields share a network: how well each is answered. */
export function FieldsPanel({ metrics }: { readonly metrics: ModelMetrics }) {
  const words = strings.fields;
  const write = (value: number | null) => (value === null ? <NoValue /> : formatNumber(value, 3));
  return (
    <Panel title={words.title} meta={heldOutOf(metrics)}>
      <Table label={words.table} className="num">
        <thead>
          <tr>
            <Th>{words.field}</Th>
            <Th right>{words.accuracy}</Th>
            <Th right>RMSE</Th>
            <Th right>NLL</Th>
            <Th right>ECE</Th>
            <Th right>{words.temperature}</Th>
            <Th right>{words.eceAfter}</Th>
          </tr>
        </thead>
        <tbody>
          {metrics.fields.map((field) => (
            <tr key={field.name}>
              <Td>{field.name}</Td>
              <Td right>
                {field.accuracy === null ? <NoValue /> : formatPercent(field.accuracy.value)}
              </Td>
              <Td right>{write(field.rmse)}</Td>
              <Td right>{write(field.nll)}</Td>
              <Td right>{write(field.ece)}</Td>
              <Td right>{write(field.temperature)}</Td>
              <Td right>{write(field.eceAfter)}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
      <p className="cap mt-2">{words.first}</p>
    </Panel>
  );
}
