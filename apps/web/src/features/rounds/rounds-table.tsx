'use client';

import type { Round, RoundMetrics } from '@dubio/contracts';
import Link from 'next/link';
import { UncertaintyMini } from '@/charts/marks/uncertainty-mini';
import { Chip, type ChipTone } from '@/components/ui/chip';
import { RelativeTime } from '@/components/ui/relative-time';
import { NoValue, Table, Td, Th } from '@/components/ui/table';
import { formatCount, formatDuration, formatMetric, formatNumber } from '@/lib/format';
import { gainOf, tookSeconds, writeGain } from './prepare-rounds';
import { strings } from './strings';

type RoundsTableProps = {
  readonly projectId: string;
  /** Shown, newest first. */
  readonly rounds: readonly Round[];
  /** All that are known, for the gain on the round before. */
  readonly all: readonly Round[];
  readonly metricName: RoundMetrics['metricName'];
  readonly unit: string;
  /** The uncertainty that fills a bar. */
  readonly most: number;
  /** With state and trigger, as on the page of all rounds. */
  readonly full?: boolean;
};

const TONES: Partial<Record<Round['state'], ChipTone>> = {
  ready: 'ok',
  failed: 'bad',
  cancelled: 'plain',
  queued: 'neutral',
  training: 'running',
  scoring: 'running',
  selecting: 'running',
};

/** Rounds as a table: the figures of the learning curve, and what each round cost. */
export function RoundsTable(props: RoundsTableProps) {
  const { columns } = strings;
  const accuracy = props.metricName === 'accuracy';
  const hide = props.full ? '' : 'hide-s';
  return (
    <Table label="Rounds, table" className="num">
      <thead>
        <tr>
          <Th>{columns.round}</Th>
          {props.full ? <Th>{columns.state}</Th> : null}
          <Th right>{columns.labels}</Th>
          <Th right>{accuracy ? columns.accuracy : columns.rmse}</Th>
          <Th right className={hide}>
            {accuracy ? columns.gain : columns.gainError}
          </Th>
          <Th right>
            {columns.epistemic}, {props.unit}
          </Th>
          {accuracy ? (
            <Th right className={hide}>
              {columns.ece}
            </Th>
          ) : null}
          <Th right className={hide}>
            {columns.took}
          </Th>
          {props.full ? <Th>{columns.trigger}</Th> : null}
          <Th right className={hide}>
            {columns.ready}
          </Th>
        </tr>
      </thead>
      <tbody>
        {props.rounds.map((round) => (
          <RoundRow key={round.id} round={round} hide={hide} accuracy={accuracy} {...props} />
        ))}
      </tbody>
    </Table>
  );
}

function RoundRow(
  props: RoundsTableProps & {
    readonly round: Round;
    readonly hide: string;
    readonly accuracy: boolean;
  },
) {
  const { round, hide, accuracy } = props;
  const { metrics } = round;
  const gain = gainOf(props.all, round);
  const took = tookSeconds(round);
  const why = round.failure?.message ?? 'Nothing was measured in this round';
  return (
    <tr>
      <Td>
        <Link href={`/projects/${props.projectId}/rounds/${round.number}`}>{round.number}</Link>
      </Td>
      {props.full ? (
        <Td>
          <StateChip round={round} />
        </Td>
      ) : null}
      <Td right>{metrics === null ? <NoValue why={why} /> : formatCount(metrics.labels)}</Td>
      <Td right>
        {metrics?.metric == null ? (
          !props.full && round.state === 'failed' ? (
            <StateChip round={round} />
          ) : (
            <NoValue why={why} />
          )
        ) : (
          <b className="med">{formatMetric(metrics.metricName, metrics.metric)}</b>
        )}
      </Td>
      <Td right className={`t3 ${hide}`}>
        {gain === null ? '' : writeGain(gain, accuracy ? 1 : 2)}
      </Td>
      <Td right>
        {metrics?.epistemicMean == null ? (
          <NoValue why={why} />
        ) : (
          <span className="row justify-end gap-1.5">
            <span className="wide-only">
              <UncertaintyMini share={metrics.epistemicMean / (props.most || 1)} />
            </span>
            {formatNumber(metrics.epistemicMean)}
          </span>
        )}
      </Td>
      {accuracy ? (
        <Td right className={hide}>
          {metrics?.ece == null ? <NoValue why={why} /> : formatNumber(metrics.ece, 3)}
        </Td>
      ) : null}
      <Td right className={`t2 ${hide}`}>
        {took === null ? '' : formatDuration(took)}
      </Td>
      {props.full ? (
        <Td className="t2">{round.triggeredBy ?? strings.triggers[round.trigger]}</Td>
      ) : null}
      <Td right className={`t3 ${hide}`}>
        {round.readyAt === null ? '' : <RelativeTime at={round.readyAt} />}
      </Td>
    </tr>
  );
}

export function StateChip({ round }: { readonly round: Round }) {
  return (
    <Chip
      tone={TONES[round.state] ?? 'neutral'}
      {...(round.failure === null ? {} : { title: round.failure.message })}
    >
      {strings.states[round.state]}
    </Chip>
  );
}
