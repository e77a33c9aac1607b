'use client';

import type { Item, Project } from '@dubio/contracts';
import { Panel } from '@/components/ui/panel';
import { RelativeTime } from '@/components/ui/relative-time';
import { Table, Td, Th } from '@/components/ui/table';
import { ItemLabel } from './items-table';
import { useLabelVersions } from './queries';
import { strings } from './strings';

const { versions: words } = strings;

/** What the label is and was, from whom and why; nothing while it never changed. */
export function LabelVersions({
  project,
  item,
}: {
  readonly project: Project;
  readonly item: Item;
}) {
  const versions = useLabelVersions(project.id, item.id).data?.versions ?? [];
  if (versions.length < 2) return null;
  return (
    <Panel title={words.title}>
      <Table label={`${words.title}, table`} className="num">
        <thead>
          <tr>
            <Th>{words.what}</Th>
            <Th>{words.by}</Th>
            <Th>{words.why}</Th>
            <Th right>{words.since}</Th>
          </tr>
        </thead>
        <tbody>
          {versions.map((version) => (
            <tr key={version.updatedAt}>
              <Td>
                <ItemLabel project={project} item={{ ...item, label: version.answer }} />
              </Td>
              <Td className="t2">{version.changedBy?.name ?? words.sources[version.source]}</Td>
              <Td className="t2">{version.note}</Td>
              <Td right className="t3">
                <RelativeTime at={version.updatedAt} />
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}
