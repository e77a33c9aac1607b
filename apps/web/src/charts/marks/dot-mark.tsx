import '../charts.css';
import { clamp } from '../scale';

/** A position on a cut scale: a dot on a line, both ends written by the caller. */
export function DotMark(props: {
  readonly value: number;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}) {
  const share = clamp((props.value - props.from) / (props.to - props.from || 1), 0, 1);
  return (
    <svg className="dots" width="56" height="9" role="img" aria-label={props.text}>
      <title>{props.text}</title>
      <line className="scale" x1="0" x2="56" y1="4.5" y2="4.5" />
      <circle cx={3.5 + share * 49} cy="4.5" r="3.5" />
    </svg>
  );
}
