import '../charts.css';
import { clamp } from '../scale';

/** Epistemic uncertainty in a table row; the figure stands beside it. */
export function UncertaintyMini({ share }: { readonly share: number }) {
  return (
    <svg className="uncertainty-mini" width="52" height="5" aria-hidden="true">
      <rect className="rest" width="52" height="5" rx="1" />
      <rect className="part" width={clamp(share, 0, 1) * 52} height="5" rx="1" />
    </svg>
  );
}
