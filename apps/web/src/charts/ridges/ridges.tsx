'use client';
import { formatCount, formatNumber } from '@/lib/format';
import { ChartFrame } from '../chart-frame';
import { prepareRidges, type RidgeRound } from './prepare-ridges';

type RidgesProps = {
  readonly rounds: readonly RidgeRound[];
  readonly unit: string;
  readonly rowHeight?: number;
};

/**
 * "Uncertainty left in the pool": a histogram of epistemic uncertainty for each round, the mean
 * marked.
 */
export function RidgesChart({ rounds, unit, rowHeight }: RidgesProps) {
  const at = (width: number) =>
    prepareRidges(rounds, { width, unit, ...(rowHeight === undefined ? {} : { rowHeight }) });
  return (
    <ChartFrame
      label={at(310).finding}
      initialWidth={310}
      height={(width) => at(width).height}
      numbers={{
        caption: 'Epistemic uncertainty by round, numbers',
        head: ['Round', `Mean, ${unit}`, 'Items'],
        rows: rounds.map((round) => [
          String(round.round),
          round.mean === null ? 'no value' : formatNumber(round.mean),
          formatCount(round.histogram?.counts.reduce((sum, count) => sum + count, 0) ?? 0),
        ]),
      }}
    >
      {(width) => <Drawing ridges={at(width)} unit={unit} />}
    </ChartFrame>
  );
}

function Drawing(props: {
  readonly ridges: ReturnType<typeof prepareRidges>;
  readonly unit: string;
}) {
  const { ridges, unit } = props;
  return (
    <>
      {ridges.xTicks.map((tick) => (
        <g key={tick.text}>
          <path className="gr" d={`M${tick.at} 8V${ridges.bottom}`} />
          <text x={tick.at} y={ridges.bottom + 15} textAnchor={tick.anchor}>
            {tick.text}
          </text>
        </g>
      ))}
      {ridges.rows.map((row) => (
        <g key={row.round}>
          <path className={row.last ? 'ridge last' : 'ridge'} d={row.path} />
          <path className="ax" d={`M${ridges.left} ${row.baseline}H${ridges.right}`} />
          {row.mean === null ? null : (
            <>
              <path className="mean" d={`M${row.mean.x} ${row.top}V${row.baseline}`}>
                <title>{`Round ${row.round}: mean ${row.mean.text} ${unit}`}</title>
              </path>
              <text
                className="lab1 halo"
                x={row.mean.textX}
                y={row.top + 9}
                textAnchor={row.mean.anchor}
              >
                {row.mean.text}
              </text>
            </>
          )}
          <text className={row.last ? 'lab1' : 'lab'} x="0" y={row.baseline - 4}>
            {`Round ${row.round}`}
          </text>
          {row.path === '' ? (
            <text x={ridges.left + 6} y={row.baseline - 4}>
              no value
            </text>
          ) : null}
        </g>
      ))}
      <text className="lab" x={ridges.titleX} y={ridges.bottom + 32}>
        {`epistemic, ${unit}; mean marked`}
      </text>
    </>
  );
}
