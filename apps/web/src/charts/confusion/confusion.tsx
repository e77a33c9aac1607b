import { ClassName } from '@/components/ui/chip';
import { Table } from '@/components/ui/table';
import { formatCount } from '@/lib/format';
import '../charts.css';
import { prepareConfusion } from './prepare-confusion';

/** True answers down, the model's answers across; a table, so every count can be read. */
export function ConfusionTable(props: {
  readonly classes: readonly string[];
  readonly counts: readonly (readonly number[])[];
}) {
  const confusion = prepareConfusion(props.classes, props.counts);
  return (
    <Table label={confusion.finding} className="confusion num">
      <thead>
        <tr>
          <th scope="col">
            <span className="sr">True answer</span>
          </th>
          {confusion.classes.map((name, index) => (
            <th key={name} scope="col" className="r">
              <ClassName index={index} name={name} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {confusion.rows.map((row, index) => (
          <tr key={row.name}>
            <th scope="row">
              <ClassName index={index} name={row.name} />
            </th>
            {row.cells.map((cell, column) => (
              <td
                key={confusion.classes[column]}
                className={`r shade-${cell.level} ${cell.right ? 'right-cell' : ''}`}
                title={cell.text}
              >
                {cell.count === 0 ? <span className="t3">·</span> : formatCount(cell.count)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
