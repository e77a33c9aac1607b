import { formatNumber } from '@/lib/format';

export type UncertaintyKind = 'epistemic' | 'aleatoric';

const CLASS = { epistemic: 'epi', aleatoric: 'ale' } as const;
const NAME = { epistemic: 'Epistemic', aleatoric: 'Aleatoric' } as const;

/** The small square that stands for a kind of uncertainty: teal and solid, or ochre and hatched. */
export function UncertaintySwatch({ kind }: { kind: UncertaintyKind }) {
  return <i className={`dsw ${CLASS[kind]}`} />;
}

/**
 * A bar of uncertainty from 0 to `most` (ln C for classes). The whole bar is painted and the rest
 * is covered, so that the hatching keeps its size and no inline style is needed.
 */
export function UncertaintyBar({
  kind,
  value,
  most,
  unit = 'nats',
  thin = false,
  decorative = false,
}: {
  kind: UncertaintyKind;
  value: number;
  most: number;
  unit?: string;
  thin?: boolean;
  /** When the figure stands beside the bar in the same row. */
  decorative?: boolean;
}) {
  const share = most > 0 ? Math.min(1, Math.max(0, value / most)) : 0;
  const start = value > 0 ? Math.max(share * 100, 0.4) : 0;
  const label = `${NAME[kind]} ${formatNumber(value)} of at most ${formatNumber(most)} ${unit}`;
  return (
    <span
      className={thin ? 'dbar thin' : 'dbar'}
      {...(decorative ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      <span className={`${CLASS[kind]} whole`}>
        <svg width="100%" height="100%" aria-hidden="true">
          <rect
            className="dbar-rest"
            x={`${start.toFixed(2)}%`}
            y="-5%"
            width="101%"
            height="110%"
          />
        </svg>
      </span>
    </span>
  );
}
