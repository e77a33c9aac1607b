'use client';

import type { Model, ModelCompression, Project } from '@dubio/contracts';
import { Icon } from '@/components/icons/icon';
import { buttonStyle } from '@/components/ui/button';
import { Panel } from '@/components/ui/panel';
import { Table, Td, Th } from '@/components/ui/table';
import { Switch } from '@/components/ui/toggle';
import { apiUrl } from '@/lib/api/client';
import { formatBytes, formatCount } from '@/lib/format';
import { useCan } from '@/lib/session';
import { useSaveProject } from '../settings/use-save-project';
import {
  canBeCompressed,
  changeWords,
  compressedChoice,
  fewerWords,
  figureWords,
  importanceCells,
} from './prepare-compression';
import { useCompression } from './queries';
import { strings } from './strings';

type PanelProps = { readonly project: Project; readonly model: Model };

/**
 * What is left of a network when the parts that are mostly noise go; nothing for posteriors that do
 * not know.
 */
export function CompressionPanel({ project, model }: PanelProps) {
  const compression = useCompression(project.id, model.id, canBeCompressed(model));
  if (compression.data == null) {
    return null;
  }
  const { importance, inputShape } = compression.data;
  return (
    <div className="md-grid">
      <Smaller project={project} model={model} compression={compression.data} />
      {importance === null ? null : <Importance importance={importance} inputShape={inputShape} />}
    </div>
  );
}

function Smaller({
  project,
  model,
  compression,
}: PanelProps & { readonly compression: ModelCompression }) {
  const words = strings.compression;
  const { gate, numbers, bits } = compression;
  const rows = [
    [words.full, compression.full],
    [words.compressed, compression.compressed],
    [words.rounded, compression.rounded],
  ] as const;
  return (
    <Panel
      title={words.title}
      meta={`${fewerWords(numbers, words.numbersWord)}, ${fewerWords(bits, words.bitsWord)}`}
    >
      <Table label={words.layers} className="num">
        <thead>
          <tr>
            <Th>{words.layer}</Th>
            <Th right>{words.inputs}</Th>
            <Th right>{words.outputs}</Th>
            <Th right>{words.bits}</Th>
          </tr>
        </thead>
        <tbody>
          {compression.layers.map((layer) => (
            <tr key={layer.name}>
              <Td>{layer.name}</Td>
              <Td right>{changeWords(layer.inputs)}</Td>
              <Td right>{changeWords(layer.outputs)}</Td>
              <Td right>{formatCount(layer.bits)}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
      <dl className="md-compressed num">
        {rows.map(([name, figures]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{figureWords(figures)}</dd>
          </div>
        ))}
      </dl>
      <p className="sm t2 mt-2">
        {gate.passed ? words.passes : words.held} {gate.reason}
      </p>
      <CompressedModelSwitch project={project} model={model} verdict={gate.reason} />
      <p className="mt-2">
        <a
          className={buttonStyle({ kind: 'quiet' })}
          href={apiUrl('GET /projects/:projectId/models/:modelId/compression/compressed.onnx', {
            projectId: project.id,
            modelId: model.id,
          })}
          download={`round-${model.roundNumber}-compressed.onnx`}
        >
          <Icon name="download" />
          {words.file}
        </a>{' '}
        <span className="t3 xs num">{formatBytes(compression.onnxBytes)}</span>
      </p>
    </Panel>
  );
}

/** On or off for the whole project, at once. */
function CompressedModelSwitch({
  project,
  model,
  verdict,
}: PanelProps & { readonly verdict: string }) {
  const save = useSaveProject(project);
  const canUpdate = useCan('project.update');
  const isOn = project.policies.useCompressedModel;
  const { canChange, note } = compressedChoice(isOn, model, verdict);
  // What was asked for is shown until the answer is there.
  const wanted = save.isPending ? save.variables.policies?.useCompressedModel : undefined;
  return (
    <div className="md-choice">
      <Switch
        checked={wanted ?? isOn}
        disabled={!canChange || !canUpdate || save.isPending}
        onChange={(useCompressedModel) => save.mutate({ policies: { useCompressedModel } })}
      >
        {strings.compression.use.label}
      </Switch>
      <p className="cap">{note}</p>
    </div>
  );
}

/** A little paper between cells, so that single pixels can be told apart. */
const CELL = 0.94;

function Importance({
  importance,
  inputShape,
}: {
  readonly importance: readonly number[];
  readonly inputShape: readonly number[];
}) {
  const words = strings.compression.importance;
  const { width, height, cells } = importanceCells(importance, inputShape);
  const read = importance.filter((value) => value > 0).length;
  const says = words.read(formatCount(read), formatCount(importance.length));
  return (
    <Panel title={words.title} meta={says}>
      <svg
        className="md-importance"
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${words.title}: ${says}.`}
      >
        {cells.map(({ x, y, share }) => (
          <rect
            key={`${x}/${y}`}
            x={x}
            y={y}
            width={CELL}
            height={CELL}
            className={share > 0 ? 'md-read' : 'md-unread'}
            fillOpacity={share > 0 ? 0.15 + 0.85 * share : 1}
          />
        ))}
      </svg>
      <p className="cap mt-2">{words.how}</p>
    </Panel>
  );
}
