import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { strings } from '../strings';
import styles from '../wizard.module.css';
import type { Source } from '../wizard-types';

function facts(source: Source): string {
  if (source.kind === 'zip') return strings.zip.facts(source.zip.images, source.file.size);
  const { columns, delimiter } = source.preview;
  const name =
    delimiter === null ? null : (strings.columns.delimiters[delimiter] ?? `"${delimiter}"`);
  return strings.columns.facts(
    strings.columns.rows(source.rows, source.exact),
    columns.length,
    name,
  );
}

/** The chosen file with what is known about it. */
export function FileLine({ source, onOther }: { source: Source; onOther: () => void }) {
  return (
    <div className={`${styles.fileline} sm`}>
      <span className="row min-w-0">
        <Icon name="file" />
        <b className="med truncate">{source.file.name}</b>
        <span className="t3 num">{facts(source)}</span>
      </span>
      <Button kind="quiet" size="tiny" onClick={onOther}>
        {strings.file.other}
      </Button>
    </div>
  );
}
