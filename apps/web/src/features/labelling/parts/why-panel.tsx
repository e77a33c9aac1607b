import type { LabellingStatus, LeasedItem } from '@dubio/contracts';
import { Button } from '@/components/ui/button';
import {
  UncertaintyBar,
  type UncertaintyKind,
  UncertaintySwatch,
} from '@/components/uncertainty/uncertainty-bar';
import { formatNumber } from '@/lib/format';
import { type AskedField, maxUncertainty } from '../field';
import styles from '../label.module.css';
import { strings } from '../strings';
import { Votes } from './votes';

const { why } = strings;
const FEW_QUANTILE = 0.5;

/**
 * Why this item is asked: the two kinds of uncertainty in nats, what the posterior samples say, its
 * place.
 */
export function WhyPanel({
  leased,
  fields,
  status,
  onHide,
}: {
  leased: LeasedItem;
  fields: readonly AskedField[];
  status: LabellingStatus | null;
  onHide: () => void;
}) {
  return (
    <aside className={styles.why} aria-label={why.title}>
      <div className={styles.whyhead}>
        <h2 className="pt">{why.title}</h2>
        <span className="row">
          {leased.uncertainty !== null && (
            <span className={`te sm num med ${styles.short}`}>
              {why.short(leased.uncertainty.epistemic, unitOf(fields))}
            </span>
          )}
          <Button kind="quiet" size="tiny" aria-keyshortcuts="w" onClick={onHide}>
            {why.hide}
            <kbd className={styles.long}>w</kbd>
          </Button>
        </span>
      </div>
      <Reason leased={leased} fields={fields} status={status} />
    </aside>
  );
}

/**
 * Uncertainty about choices, and about several fields, is told in nats; about a number in its unit,
 * squared.
 */
function unitOf(fields: readonly AskedField[]): string {
  const [field] = fields;
  if (fields.length > 1 || field?.kind !== 'number') return 'nats';
  return field.unit === null ? 'squared units' : `${field.unit}²`;
}

function Reason({
  leased,
  fields,
  status,
}: {
  leased: LeasedItem;
  fields: readonly AskedField[];
  status: LabellingStatus | null;
}) {
  const { uncertainty } = leased;
  if (uncertainty === null)
    return <p className="sm t2 mt-2">{withoutUncertainty(leased, status)}</p>;
  const unit = unitOf(fields);
  const bound = maxUncertainty(fields);
  const [field] = fields;
  const most = bound ?? Math.max(uncertainty.total, uncertainty.epistemic + uncertainty.aleatoric);
  const shareOf = (value: number) => (most === 0 ? 0 : value / most);
  return (
    <>
      <div className={styles.drows}>
        <UncertaintyRow
          kind="epistemic"
          name={why.epistemic}
          value={uncertainty.epistemic}
          most={most}
          unit={unit}
          says={why.disagree(shareOf(uncertainty.epistemic))}
        />
        <UncertaintyRow
          kind="aleatoric"
          name={why.aleatoric}
          value={uncertainty.aleatoric}
          most={most}
          unit={unit}
          says={why.ambiguous(shareOf(uncertainty.aleatoric))}
        />
        <div className={`${styles.dscale} xs t3 num`}>
          <span>0</span>
          <span>{bound !== null ? why.most(most) : formatNumber(most)}</span>
        </div>
      </div>
      {uncertainty.votes !== null && fields.length === 1 && field?.kind === 'choice' && (
        <Votes votes={uncertainty.votes} choices={field.choices} />
      )}
      {uncertainty.mean !== null && fields.length === 1 && field?.kind === 'number' && (
        <p className="sm t2 num mt-3">
          {why.mean}: <b className={styles.tx}>{formatNumber(uncertainty.mean)}</b> {field.unit}
        </p>
      )}
      <hr />
      <Place leased={leased} status={status} />
    </>
  );
}

/** What can be said where the model says nothing, or where this person may not see it. */
function withoutUncertainty(leased: LeasedItem, status: LabellingStatus | null): string {
  if (leased.origin === 'control') return why.control;
  if (status?.showModel === false) return why.hidden;
  if (leased.origin !== 'cold-start') return why.noFigures;
  return status?.coldStart === 'diverse' ? why.cold : why.coldRandom;
}

function Place({ leased, status }: { leased: LeasedItem; status: LabellingStatus | null }) {
  if (leased.origin === 'control') return <p className="sm t2">{why.control}</p>;
  const quantile = leased.epistemicQuantile;
  return (
    <p className="sm t2 num">
      <b className={styles.tx}>{why.rank(leased.rank)}</b>
      {status !== null && why.ofQueue(status.queueSize)}
      {quantile !== null && quantile >= FEW_QUANTILE && (
        <>
          {why.more}
          <b className={styles.tx}>{why.quantile(quantile)}</b>
          {why.ofPool}
        </>
      )}
    </p>
  );
}

function UncertaintyRow({
  kind,
  name,
  value,
  most,
  unit,
  says,
}: {
  kind: UncertaintyKind;
  name: string;
  value: number;
  most: number;
  unit: string;
  says: string;
}) {
  return (
    <div className={styles.drow}>
      <div className="row spread">
        <span className="row med">
          <UncertaintySwatch kind={kind} />
          {name}
        </span>
        <span className="num">
          <b>{formatNumber(value)}</b> <span className="t3">{unit}</span>
        </span>
      </div>
      <UncertaintyBar kind={kind} value={value} most={most} unit={unit} />
      <p className="xs t2">{says}</p>
    </div>
  );
}
