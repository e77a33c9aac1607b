import { scaleLinear } from 'd3-scale';
import { formatNumber } from '@/lib/format';
import { stepPath } from '../path';
import { axisTicks, niceCeil, px, tickDecimals } from '../scale';

export type RidgeRound = {
  readonly round: number;
  readonly mean: number | null;
  readonly histogram: {
    readonly edges: readonly number[];
    readonly counts: readonly number[];
  } | null;
};

export type Ridges = {
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  /**
   * Where the name of the axis begins; on a phone it takes the room under the names of the rounds.
   */
  readonly titleX: number;
  readonly xTicks: readonly {
    readonly at: number;
    readonly text: string;
    readonly anchor: 'middle' | 'end';
  }[];
  readonly rows: readonly {
    readonly round: number;
    readonly baseline: number;
    readonly top: number;
    /** Empty when the round has no histogram: the row stays, the gap is seen. */
    readonly path: string;
    readonly mean: {
      readonly x: number;
      readonly text: string;
      readonly anchor: 'start' | 'end';
      readonly textX: number;
    } | null;
    readonly last: boolean;
  }[];
  readonly finding: string;
};

const LEFT = 62;
const TOP = 8;

/** The first, the last and some between them: as many rounds as there are rows. */
export function pickRounds<Row>(rounds: readonly Row[], rows: number): Row[] {
  if (rounds.length <= rows) {
    return [...rounds];
  }
  const picked: Row[] = [];
  for (let index = 0; index < rows; index += 1) {
    const row = rounds[Math.round((index * (rounds.length - 1)) / (rows - 1))];
    if (row !== undefined) {
      picked.push(row);
    }
  }
  return picked;
}

/** One histogram per round on a shared scale, so that uncertainty is seen to move to the left. */
export function prepareRidges(
  rounds: readonly RidgeRound[],
  options: { readonly width: number; readonly rowHeight?: number; readonly unit: string },
): Ridges {
  const rowHeight = options.rowHeight ?? 39.5;
  const right = Math.max(LEFT + 60, options.width - 8);
  const bottom = TOP + rounds.length * rowHeight;
  const end = axisEnd(rounds);
  const x = scaleLinear([0, end], [LEFT, right]);
  const densities = rounds.map((round) => density(round.histogram));
  const highest = Math.max(0, ...densities.flat());
  const rows = rounds.map((round, index) => {
    const baseline = TOP + (index + 1) * rowHeight;
    const scale = (rowHeight - 4) / (highest || 1);
    const tops = (densities[index] ?? []).map((value) => baseline - value * scale);
    const edges = (round.histogram?.edges ?? []).map((edge) => x(Math.min(edge, end)));
    const at = round.mean === null ? null : px(x(Math.min(round.mean, end)));
    return {
      round: round.round,
      baseline: px(baseline),
      top: px(baseline - rowHeight + 5),
      path: round.histogram === null ? '' : stepPath(edges, tops, baseline),
      mean:
        at === null || round.mean === null
          ? null
          : {
              x: at,
              text: formatNumber(round.mean),
              anchor: at + 36 > right ? ('end' as const) : ('start' as const),
              textX: at + 36 > right ? at - 5 : at + 5,
            },
      last: index === rounds.length - 1,
    };
  });
  const count = right - LEFT > 200 ? 6 : 3;
  const decimals = tickDecimals(x, count);
  return {
    height: px(bottom + 34),
    left: LEFT,
    right,
    bottom: px(bottom),
    titleX: options.width < 300 ? 0 : LEFT,
    xTicks: axisTicks(x, count).map((value) => ({
      at: px(x(value)),
      text: value === 0 ? '0' : formatNumber(value, decimals),
      anchor: x(value) > right - 8 ? 'end' : 'middle',
    })),
    rows,
    finding: finding(rounds, options.unit),
  };
}

/** Share of the items for each unit of uncertainty: comparable between rounds with other bins. */
function density(histogram: RidgeRound['histogram']): number[] {
  if (histogram === null) {
    return [];
  }
  const total = histogram.counts.reduce((sum, count) => sum + count, 0) || 1;
  return histogram.counts.map((count, bin) => {
    const width = (histogram.edges[bin + 1] ?? 0) - (histogram.edges[bin] ?? 0);
    return width > 0 ? count / total / width : 0;
  });
}

/** Ends the axis after the last bin that holds an item. */
function axisEnd(rounds: readonly RidgeRound[]): number {
  const ends = rounds.flatMap((round) => {
    const counts = round.histogram?.counts ?? [];
    const last = counts.findLastIndex((count) => count > 0);
    return [round.histogram?.edges[last + 1] ?? 0, round.mean ?? 0];
  });
  return niceCeil(Math.max(0, ...ends) || 1, 6);
}

function finding(rounds: readonly RidgeRound[], unit: string): string {
  const known = rounds.filter((round) => round.mean !== null);
  const first = known[0];
  const last = known.at(-1);
  if (first?.mean == null || last?.mean == null) {
    return 'Epistemic uncertainty in the pool by round. No round has a value yet.';
  }
  if (known.length === 1) {
    return `Epistemic uncertainty in the pool after round ${last.round}: the mean is ${formatNumber(last.mean)} ${unit}.`;
  }
  const verb = last.mean < first.mean ? 'falls' : last.mean > first.mean ? 'rises' : 'stays';
  return `Epistemic uncertainty in the pool by round: the mean ${verb} from ${formatNumber(first.mean)} to ${formatNumber(last.mean)} ${unit}.`;
}
