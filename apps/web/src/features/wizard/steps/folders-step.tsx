import { Table, Td, Th } from '@/components/ui/table';
import { formatCount } from '@/lib/format';
import { folderAnswers } from '../source/summarise-zip';
import { strings } from '../strings';
import styles from '../wizard.module.css';
import type { ZipSummary } from '../wizard-types';

const words = strings.zip;

/** Second step for zips: what each folder is. Names decide; there is nothing to choose. */
export function FoldersStep({ zip }: { zip: ZipSummary }) {
  const answers = new Set(folderAnswers(zip));
  const meaning = (folder: ZipSummary['folders'][number]) => {
    if (folder.isSplit) return words.isSplit;
    return answers.has(folder.name) ? words.isAnswer : words.pool;
  };
  return (
    <>
      <Table label={words.table} className={styles.map}>
        <thead>
          <tr>
            <Th>{words.folder}</Th>
            <Th right>{words.count}</Th>
            <Th>{words.is}</Th>
          </tr>
        </thead>
        <tbody>
          {zip.folders.map((folder) => (
            <tr key={folder.name}>
              <td>
                {folder.name === '' ? (
                  <span className="t3">{words.noFolder}</span>
                ) : (
                  <b className="med mono">{folder.name}</b>
                )}
              </td>
              <Td right>{formatCount(folder.images)}</Td>
              <td className="t2">{meaning(folder)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      <p className="xs t2 num mt-2">
        {zip.sample !== null && words.size(zip.sample.width, zip.sample.height)}{' '}
        {zip.others > 0 && words.others(zip.others)}
      </p>
    </>
  );
}
