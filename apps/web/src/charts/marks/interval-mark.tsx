import '../charts.css';
import { clamp } from '../scale';

type IntervalMarkProps = {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Both ends of the scale; what lies beyond is drawn up to the end. */
  readonly from: number;
  readonly to: number;
  readonly colour: string;
  readonly text: string;
};

/** A value as a tick with its interval as a box, on a line that stands for the scale. */
export function IntervalMark(props: IntervalMarkProps) {
  const { from, to } = props;
  const at = (value: number) => clamp(((value - from) / (to - from || 1)) * 100, 0, 100);
  const low = props.low === null ? null : at(props.low);
  const high = props.high === null ? null : at(props.high);
  return (
    <svg className={`interval ${props.colour}`} role="img" aria-label={props.text}>
      <title>{props.text}</title>
      <line className="scale" x1="0" x2="100%" y1="7" y2="7" />
      {low === null || high === null ? null : (
        <rect
          className="fc"
          opacity=".35"
          x={`${low}%`}
          y="3"
          width={`${Math.max(0.5, high - low)}%`}
          height="8"
          rx="1"
        />
      )}
      {Number.isFinite(props.value) ? (
        <line
          className="sc"
          strokeWidth="2"
          x1={`${at(props.value)}%`}
          x2={`${at(props.value)}%`}
          y1="0"
          y2="14"
        />
      ) : null}
    </svg>
  );
}
