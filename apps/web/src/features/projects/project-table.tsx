import type { ProjectSummary } from '@dubio/contracts';
import { Table, Th } from '@/components/ui/table';
import { UncertaintySwatch } from '@/components/uncertainty/uncertainty-bar';
import styles from './project-list.module.css';
import { ProjectRow } from './project-row';
import { uncertaintyScale } from './project-state';
import { strings } from './strings';

const { columns } = strings;

/** The projects of a workspace, newest activity first. */
export function ProjectTable({ projects }: { projects: readonly ProjectSummary[] }) {
  const wide = styles.wide;
  return (
    <div className={`panel ${styles.panel}`}>
      <Table label={strings.title}>
        <thead>
          <tr>
            <Th>{columns.project}</Th>
            <Th right className={wide}>
              {columns.items}
            </Th>
            <Th right>{columns.labels}</Th>
            <Th className={wide}>{columns.state}</Th>
            <Th className={wide}>{columns.curve}</Th>
            <Th className={`${wide} ${styles.uncertainty}`}>{columns.uncertainty}</Th>
            <Th right className={styles.last}>
              <span className="row justify-end gap-[5px]">
                <UncertaintySwatch kind="epistemic" />
                <span className="wide-only">{columns.epistemic}</span> {columns.nats}
              </span>
            </Th>
            <Th right className={wide}>
              <span className="row justify-end gap-[5px]">
                <UncertaintySwatch kind="aleatoric" />
                {columns.aleatoric}
              </span>
            </Th>
            <Th right className={wide}>
              {columns.last}
            </Th>
          </tr>
        </thead>
        <tbody>
          {projects.map((project) => (
            <ProjectRow
              key={project.id}
              project={project}
              maxUncertainty={uncertaintyScale(projects, project)}
            />
          ))}
        </tbody>
      </Table>
    </div>
  );
}
