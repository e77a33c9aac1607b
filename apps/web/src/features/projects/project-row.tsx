import type { ProjectSummary } from '@dubio/contracts';
import Link from 'next/link';
import { Chip } from '@/components/ui/chip';
import { RelativeTime } from '@/components/ui/relative-time';
import { NoValue, Td } from '@/components/ui/table';
import { UncertaintyBar } from '@/components/uncertainty/uncertainty-bar';
import { cn } from '@/lib/class-names';
import { formatCount, formatMetric, formatNumber } from '@/lib/format';
import styles from './project-list.module.css';
import { describeProjectState } from './project-state';
import { SparkLine } from './spark-line';
import { strings } from './strings';

function Curve({ project }: { project: ProjectSummary }) {
  const last = project.curve.at(-1);
  if (last === undefined) return <NoValue why={strings.noRound} />;
  return (
    <span className="row">
      <SparkLine
        values={project.curve.map((point) => point.metric)}
        lowerIsBetter={project.metricName === 'rmse'}
      />
      <span>{formatMetric(project.metricName, last.metric)}</span>
    </span>
  );
}

function UncertaintyLeft({ project, most }: { project: ProjectSummary; most: number }) {
  const { epistemicMean, aleatoricMean } = project;
  if (epistemicMean === null || aleatoricMean === null) return null;
  return (
    <span className={styles.bars}>
      <UncertaintyBar kind="epistemic" value={epistemicMean} most={most} thin decorative />
      <UncertaintyBar kind="aleatoric" value={aleatoricMean} most={most} thin decorative />
    </span>
  );
}

/** One project: where it stands, in one line. */
export function ProjectRow({
  project,
  maxUncertainty,
}: {
  project: ProjectSummary;
  maxUncertainty: number;
}) {
  const state = describeProjectState(project);
  const chip = <Chip tone={state.tone}>{state.text}</Chip>;
  const wide = styles.wide;
  return (
    <tr>
      <td>
        <Link className={styles.name} href={`/projects/${project.id}`}>
          {project.name}
        </Link>
        <span className={`t3 xs ${styles.asks}`}>{strings.asks(project)}</span>
        <span className={styles.below}>{chip}</span>
      </td>
      <Td right className={wide}>
        {formatCount(project.itemCount)}
      </Td>
      <Td right>{formatCount(project.labelCount)}</Td>
      <td className={wide}>{chip}</td>
      <td className={wide}>
        <Curve project={project} />
      </td>
      <td className={`${wide} ${styles.uncertainty}`}>
        <UncertaintyLeft project={project} most={maxUncertainty} />
      </td>
      <Td right className={cn(project.epistemicMean !== null && 'te', styles.last)}>
        {project.epistemicMean === null ? <NoValue /> : formatNumber(project.epistemicMean)}
      </Td>
      <Td right className={`${project.aleatoricMean === null ? '' : 'ta'} ${wide}`}>
        {project.aleatoricMean === null ? <NoValue /> : formatNumber(project.aleatoricMean)}
      </Td>
      <Td right className={`t3 ${wide}`}>
        {project.lastLabelAt === null ? strings.never : <RelativeTime at={project.lastLabelAt} />}
      </Td>
    </tr>
  );
}
