'use client';

import type { Model, Project } from '@dubio/contracts';
import Link from 'next/link';
import { ScreenFailure } from '@/components/shell/screen-failure';
import { ButtonLink } from '@/components/ui/button';
import { Chip } from '@/components/ui/chip';
import { PageHead, Panel } from '@/components/ui/panel';
import { RelativeTime } from '@/components/ui/relative-time';
import { EmptyState, RowsSkeleton } from '@/components/ui/states';
import { NoValue, Table, Td, Th } from '@/components/ui/table';
import { formatBytes, formatCount, formatNumber, formatPercent } from '@/lib/format';
import { useProject } from '@/lib/project';
import { posteriorWords } from './describe-spec';
import { heldOutOf } from './prepare-model';
import { useModels } from './queries';
import { strings } from './strings';

/** All models of a project, newest first. */
export function ModelsScreen() {
  const project = useProject();
  const models = useModels(project.id);
  const list = models.data?.items;
  if (models.isError && list === undefined) {
    return <ScreenFailure error={models.error} />;
  }
  return (
    <>
      <PageHead title={strings.title} sub={strings.sub} />
      {list === undefined ? (
        <Panel>
          <RowsSkeleton label="Loading the models" rows={6} />
        </Panel>
      ) : null}
      {list?.length === 0 ? (
        <EmptyState
          title={strings.empty.title}
          actions={
            <ButtonLink kind="primary" href={`/projects/${project.id}/overview`}>
              {strings.empty.action}
            </ButtonLink>
          }
        >
          {strings.empty.detail}
        </EmptyState>
      ) : null}
      {list !== undefined && list.length > 0 ? (
        <ModelsPanel project={project} models={list} />
      ) : null}
    </>
  );
}

function ModelsPanel(props: { readonly project: Project; readonly models: readonly Model[] }) {
  const { project, models } = props;
  const accuracy = project.metricName === 'accuracy';
  const measured = models.find((model) => model.metrics !== null)?.metrics ?? null;
  return (
    <Panel title="By round" meta={measured === null ? null : heldOutOf(measured)}>
      <Table label="Models" className="num">
        <thead>
          <tr>
            <Th>Model</Th>
            <Th>State</Th>
            <Th right>Labels</Th>
            <Th right>{accuracy ? 'Accuracy, 95 % interval' : 'RMSE'}</Th>
            {accuracy ? (
              <>
                <Th right>ECE, raw</Th>
                <Th right>ECE, after temperature</Th>
              </>
            ) : null}
            <Th>Posterior</Th>
            <Th right>ONNX</Th>
            <Th right>Made</Th>
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <tr key={model.id}>
              <Td>
                <Link href={`/projects/${project.id}/models/${model.id}`}>
                  Round {model.roundNumber}
                </Link>
              </Td>
              <Td>
                <ModelChip model={model} />
              </Td>
              <Td right>{formatCount(model.labels)}</Td>
              <Td right>
                <Score model={model} />
              </Td>
              {accuracy ? (
                <>
                  <Td right>
                    {model.metrics?.before == null ? (
                      <NoValue />
                    ) : (
                      formatNumber(model.metrics.before.ece, 3)
                    )}
                  </Td>
                  <Td right>
                    {model.metrics?.after == null ? (
                      <NoValue />
                    ) : (
                      formatNumber(model.metrics.after.ece, 3)
                    )}
                  </Td>
                </>
              ) : null}
              <Td className="t2">{posteriorWords(model.spec)}</Td>
              <Td right className="t2">
                {model.onnxBytes === null ? <NoValue /> : formatBytes(model.onnxBytes)}
              </Td>
              <Td right className="t3">
                <RelativeTime at={model.createdAt} />
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}

function Score({ model }: { readonly model: Model }) {
  const { metrics } = model;
  if (metrics?.accuracy != null) {
    const { value, low, high } = metrics.accuracy;
    return (
      <>
        <b className="med">{formatPercent(value)}</b>{' '}
        <span className="t3">
          {formatNumber(low * 100, 1)} to {formatNumber(high * 100, 1)}
        </span>
      </>
    );
  }
  return metrics?.rmse == null ? (
    <NoValue why="Nothing is held out" />
  ) : (
    <b className="med">{formatNumber(metrics.rmse)}</b>
  );
}

export function ModelChip({ model }: { readonly model: Model }) {
  if (model.promoted) {
    return <Chip tone="ok">{strings.promoted}</Chip>;
  }
  if (model.gate !== null && !model.gate.passed) {
    return (
      <Chip tone="warn" title={model.gate.reason}>
        {strings.held}
      </Chip>
    );
  }
  return <Chip tone="plain">kept</Chip>;
}
