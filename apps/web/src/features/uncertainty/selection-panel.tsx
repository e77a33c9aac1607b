'use client';

import { useMutation } from '@tanstack/react-query';
import Link from 'next/link';
import type { Rectangle } from '@/charts/scatter/brush';
import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { ClassName, classColour } from '@/components/ui/chip';
import { Kbd } from '@/components/ui/kbd';
import { Panel } from '@/components/ui/panel';
import { RowsSkeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toaster';
import { UncertaintyBar } from '@/components/uncertainty/uncertainty-bar';
import { describeError } from '@/lib/api/client';
import { formatCount, formatNumber, plural } from '@/lib/format';
import { ItemThumb } from '../items/item-thumb';
import { fetchSelected } from './queries';
import { selectionWords } from './selection';
import { strings } from './strings';
import type { Project, ResponseOfUncertaintyItems } from './types';

type Selected = ResponseOfUncertaintyItems;
type SelectionPanelProps = {
  readonly project: Project;
  readonly selection: Rectangle | null;
  readonly selected: Selected | null;
  readonly error: unknown;
  readonly classes: readonly string[];
  readonly samples: number;
  readonly unit: string;
  /** The uncertainty at which a bar is full. */
  readonly most: number;
  readonly onClear: () => void;
  readonly onBegin: () => void;
};

const MOST_IDS = 200;

/** The items behind the rectangle, most epistemic first. */
export function SelectionPanel(props: SelectionPanelProps) {
  const { selection, selected } = props;
  if (selection === null) {
    return (
      <Panel title={strings.none.title} className="un-selected">
        <p className="sm t2 mb-3">{strings.none.detail}</p>
        <div>
          <Button onClick={props.onBegin}>{strings.none.action}</Button>
        </div>
      </Panel>
    );
  }
  return (
    <Panel
      className="un-selected"
      aria-label="Selected items"
      title={
        <span className="num" aria-live="polite">
          {selected === null ? 'Counting' : `${plural(selected.total, 'item')} selected`}
        </span>
      }
      meta={
        <Button kind="quiet" size="tiny" onClick={props.onClear}>
          {strings.clear}
          <Kbd>Esc</Kbd>
        </Button>
      }
    >
      <p className="sm t2 num">
        <span className="te med">
          epistemic {formatNumber(selection.yMin)} to {formatNumber(selection.yMax)}
        </span>
        ,{' '}
        <span className="ta med">
          aleatoric {formatNumber(selection.xMin)} to {formatNumber(selection.xMax)}
        </span>{' '}
        {props.unit}.{' '}
        {selectionWords(selection, props.project.itemKind === 'image' ? 'image' : 'item')}
      </p>
      {props.error !== null && selected === null ? (
        <p className="sm t2 mt-3">{describeError(props.error).title}</p>
      ) : null}
      {selected === null && props.error === null ? (
        <RowsSkeleton label="Loading the items" />
      ) : null}
      {selected === null ? null : (
        <SelectedItems {...props} selected={selected} selection={selection} />
      )}
    </Panel>
  );
}

function SelectedItems(
  props: SelectionPanelProps & { readonly selected: Selected; readonly selection: Rectangle },
) {
  const { selected, classes } = props;
  if (selected.total === 0) {
    return <p className="sm t2 mt-3">{strings.noItems}</p>;
  }
  return (
    <>
      {classes.length > 0 ? <Mix selected={selected} classes={classes} /> : null}
      <ul className="un-grid">
        {selected.items.map((entry) => (
          <ItemCell key={entry.item.id} entry={entry} {...props} />
        ))}
      </ul>
      <p className="xs t3 num mt-2.5">
        {formatCount(selected.items.length)} of {formatCount(selected.total)}, most epistemic first.{' '}
        {classes.length > 0 ? strings.votes(props.samples) : null}
      </p>
      <div className="row wrap mt-auto pt-2.5">
        <IdsButton
          projectId={props.project.id}
          selection={props.selection}
          total={selected.total}
        />
      </div>
    </>
  );
}

/** Predicted classes of the selection, most frequent first. */
function Mix({
  selected,
  classes,
}: {
  readonly selected: Selected;
  readonly classes: readonly string[];
}) {
  const sorted = [...selected.byClass].sort((a, b) => b.count - a.count);
  const total = sorted.reduce((sum, one) => sum + one.count, 0) || 1;
  let start = 0;
  const parts = sorted.map((one) => {
    const part = { ...one, start, width: (one.count / total) * 100 };
    start += part.width;
    return part;
  });
  return (
    <>
      <svg
        className="un-mix"
        width="100%"
        height="6"
        role="img"
        aria-label="Predicted classes in the selection"
      >
        {parts.map((part) => (
          <rect
            key={part.predictedClass}
            className={`fc ${classColour(part.predictedClass)}`}
            x={`${part.start}%`}
            width={`${Math.max(0.2, part.width - 0.3)}%`}
            height="6"
          >
            <title>{`${classes[part.predictedClass] ?? 'other'}: ${formatCount(part.count)}`}</title>
          </rect>
        ))}
      </svg>
      <div className="un-mix-names xs num">
        {sorted.slice(0, 5).map((one) => (
          <span key={one.predictedClass}>
            <ClassName index={one.predictedClass} name={classes[one.predictedClass] ?? 'other'} />{' '}
            <span className="t3">{formatCount(one.count)}</span>
          </span>
        ))}
      </div>
    </>
  );
}

function ItemCell(props: SelectionPanelProps & { readonly entry: Selected['items'][number] }) {
  const { entry, classes, most, unit } = props;
  const { item, uncertainty } = entry;
  const name =
    uncertainty.predictedClass === null ? null : (classes[uncertainty.predictedClass] ?? 'other');
  const votes =
    uncertainty.predictedClass === null
      ? null
      : (uncertainty.votes?.[uncertainty.predictedClass] ?? null);
  const words = `${item.externalId}: epistemic ${formatNumber(uncertainty.epistemic)}, aleatoric ${formatNumber(uncertainty.aleatoric)} ${unit}`;
  return (
    <li>
      <Link href={`/projects/${props.project.id}/items/${item.id}`} title={words}>
        <ItemThumb item={item} />
        <span className="un-said num">
          {uncertainty.predictedClass === null || name === null ? (
            <span>{uncertainty.mean === null ? '' : formatNumber(uncertainty.mean)}</span>
          ) : (
            <ClassName index={uncertainty.predictedClass} name={name} />
          )}
          <span className="t3">{votes}</span>
        </span>
        <UncertaintyBar
          kind="epistemic"
          value={uncertainty.epistemic}
          most={most}
          unit={unit}
          thin
          decorative
        />
        <UncertaintyBar
          kind="aleatoric"
          value={uncertainty.aleatoric}
          most={most}
          unit={unit}
          thin
          decorative
        />
        <span className="sr">{words}</span>
      </Link>
    </li>
  );
}

/** The ids as a text file, for whoever works on with them elsewhere. */
function IdsButton(props: {
  readonly projectId: string;
  readonly selection: Rectangle;
  readonly total: number;
}) {
  const { showError } = useToast();
  const save = useMutation({
    mutationFn: () => fetchSelected(props.projectId, props.selection, MOST_IDS),
    onSuccess: (answer) => {
      const text = answer.items.map((entry) => entry.item.externalId).join('\n');
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }));
      link.download = 'selected-ids.txt';
      link.click();
      URL.revokeObjectURL(link.href);
    },
    onError: showError,
  });
  return (
    <Button kind="quiet" working={save.isPending} onClick={() => save.mutate()}>
      <Icon name="download" />
      {props.total > MOST_IDS ? `First ${MOST_IDS} ids` : 'Ids'}
    </Button>
  );
}
