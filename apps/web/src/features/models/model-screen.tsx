'use client';

import type { Model, Project } from '@dubio/contracts';
import { useState } from 'react';
import { ConfusionTable } from '@/charts/confusion/confusion';
import { TrainingHistoryChart } from '@/charts/training-history/training-history';
import { Icon } from '@/components/icons/icon';
import { ScreenFailure } from '@/components/shell/screen-failure';
import { Button, ButtonLink, buttonStyle } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/dialog';
import { PageHead, Panel } from '@/components/ui/panel';
import { RelativeTime } from '@/components/ui/relative-time';
import { ChartSkeleton } from '@/components/ui/states';
import { apiUrl } from '@/lib/api/client';
import { formatBytes, formatCount } from '@/lib/format';
import { useProject } from '@/lib/project';
import { useCan } from '@/lib/session';
import { classNames } from '../rounds/prepare-rounds';
import { CompressionPanel } from './compression-panel';
import { networkWords, posteriorWords } from './describe-spec';
import { FieldsPanel } from './fields-panel';
import './models.css';
import { NumberPanel, ReliabilityPanel, ScoresPanel } from './calibration-panels';
import { LevelledNote } from './levelled-note';
import { ModelChip } from './models-screen';
import { PerClassTable } from './per-class-table';
import { heldOutOf } from './prepare-model';
import { useModel, usePromoteModel } from './queries';
import { strings } from './strings';
import { TestedNote } from './tested-note';
import { TrustPanels } from './trust-panels';

/** One model: how far its confidence can be trusted, class by class, and its files. */
export function ModelScreen({ modelId }: { readonly modelId: string }) {
  const project = useProject();
  const model = useModel(project.id, modelId);
  if (model.isError && model.data === undefined) {
    return (
      <ScreenFailure
        error={model.error}
        actions={
          <ButtonLink href={`/projects/${project.id}/models`}>{strings.allModels}</ButtonLink>
        }
      />
    );
  }
  if (model.data === undefined) {
    return (
      <Panel>
        <ChartSkeleton label="Loading the model" />
      </Panel>
    );
  }
  return <Loaded project={project} model={model.data} />;
}

type ModelProps = { readonly project: Project; readonly model: Model };

function Loaded({ project, model }: ModelProps) {
  const { metrics } = model;
  return (
    <>
      <PageHead
        title={
          <span className="row wrap">
            Model of round {model.roundNumber} <ModelChip model={model} />
          </span>
        }
        sub={
          <span className="num">
            {formatCount(model.labels)} labels · {posteriorWords(model.spec)} · made{' '}
            <RelativeTime at={model.createdAt} /> ·{' '}
            <span className="mono">{model.id.slice(0, 8)}</span>
          </span>
        }
        actions={<Actions project={project} model={model} />}
      />
      {model.gate !== null && !model.gate.passed ? (
        <p className="sm t2 mb-3">The gate held this model back: {model.gate.reason}</p>
      ) : null}
      <LevelledNote metrics={metrics} />
      <TestedNote metrics={metrics} />
      <div className="md-grid">
        <ReliabilityPanel metrics={metrics} />
        <div className="md-column">
          {metrics?.before == null ? null : <ScoresPanel metrics={metrics} />}
          {metrics === null || metrics.perClass.length === 0 ? null : (
            <Panel
              title={strings.perClass}
              meta={`precision and recall in %, ${heldOutOf(metrics)}`}
            >
              <PerClassTable metrics={metrics} classes={classNames(project.labelSchema)} />
            </Panel>
          )}
          {metrics?.kind === 'number' ? <NumberPanel metrics={metrics} /> : null}
          {metrics === null || metrics.fields.length === 0 ? null : (
            <FieldsPanel metrics={metrics} />
          )}
        </div>
      </div>
      <TrustPanels metrics={metrics} />
      <div className="md-grid">
        <HistoryPanel model={model} />
        <Downloads project={project} model={model} />
      </div>
      <CompressionPanel project={project} model={model} />
      {metrics?.confusion == null ? null : (
        <Panel
          className="md-wide"
          title={strings.confusion}
          meta={
            <>
              true answers down, the model's across
              <span className="wide-only">; {heldOutOf(metrics)}</span>
            </>
          }
        >
          <ConfusionTable classes={classNames(project.labelSchema)} counts={metrics.confusion} />
        </Panel>
      )}
    </>
  );
}

function Actions({ project, model }: ModelProps) {
  const [asking, setAsking] = useState(false);
  const promote = usePromoteModel(project.id);
  const canPromote = useCan('model.manage');
  const older = project.readyRound !== null && model.roundNumber < project.readyRound;
  return (
    <>
      {canPromote && !model.promoted ? (
        <Button onClick={() => setAsking(true)}>
          {older ? strings.rollBack(model.roundNumber) : strings.promote}
        </Button>
      ) : null}
      {model.onnxBytes === null ? null : (
        <a
          className={buttonStyle({ kind: 'primary' })}
          href={apiUrl('GET /projects/:projectId/models/:modelId/model.onnx', {
            projectId: project.id,
            modelId: model.id,
          })}
          download={`round-${model.roundNumber}.onnx`}
        >
          <Icon name="download" />
          {strings.onnx}
        </a>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={strings.promoteAsk.title(model.roundNumber)}
        description={
          model.gate !== null && !model.gate.passed
            ? `The gate held it back: ${model.gate.reason} ${strings.promoteAsk.detail}`
            : strings.promoteAsk.detail
        }
        keep={strings.promoteAsk.keep}
        go={strings.promoteAsk.go}
        working={promote.isPending}
        onGo={() => promote.mutate(model.id, { onSettled: () => setAsking(false) })}
      />
    </>
  );
}

function HistoryPanel({ model }: { readonly model: Model }) {
  const epochs = model.metrics?.history ?? [];
  return (
    <Panel title={strings.history} meta={networkWords(model.spec)}>
      {epochs.length > 1 ? (
        <TrainingHistoryChart epochs={epochs} />
      ) : (
        <p className="sm t2">No loss was recorded by epoch.</p>
      )}
    </Panel>
  );
}

function Downloads({ project, model }: ModelProps) {
  const params = { projectId: project.id, modelId: model.id };
  const files = [
    {
      name: strings.onnxFile,
      bytes: model.onnxBytes,
      says: `${formatCount(model.spec.samples)} samples, gives both doubts`,
      href: apiUrl('GET /projects/:projectId/models/:modelId/model.onnx', params),
      file: `round-${model.roundNumber}.onnx`,
    },
    {
      name: strings.safetensorsFile,
      bytes: model.safetensorsBytes,
      says: 'with spec and seed',
      href: apiUrl('GET /projects/:projectId/models/:modelId/model.safetensors', params),
      file: `round-${model.roundNumber}.safetensors`,
    },
  ];
  return (
    <Panel title={strings.downloads.title} meta={strings.downloads.meta}>
      <ul className="md-files">
        {files.map((file) => (
          <li key={file.name}>
            {file.bytes === null ? (
              <span className="t3 sm">{file.name}</span>
            ) : (
              <a className={buttonStyle({ kind: 'quiet' })} href={file.href} download={file.file}>
                <Icon name="download" />
                {file.name}
              </a>
            )}
            <span className="t3 xs num">
              {file.bytes === null ? 'not made' : `${formatBytes(file.bytes)}, ${file.says}`}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
