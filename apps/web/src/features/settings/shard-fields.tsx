import { Checkbox } from '@/components/ui/toggle';
import type { Draft, ModelKinds } from './drafts';
import { DraftField } from './section';
import { strings } from './strings';

/** How mean-field rounds learn apart and one after another. */
export function ShardFields(props: {
  readonly kinds: ModelKinds;
  readonly onChange: (kinds: ModelKinds) => void;
  readonly field: {
    readonly draft: Draft;
    readonly errors: Readonly<Record<string, string>>;
    readonly onChange: (draft: Draft) => void;
  };
}) {
  const { kinds, onChange, field } = props;
  const words = strings.model;
  return (
    <>
      <div className="set-check">
        <Checkbox
          checked={kinds.inShards}
          onChange={(inShards) => onChange({ ...kinds, inShards })}
        >
          {words.inShards}
        </Checkbox>
      </div>
      {kinds.inShards ? (
        <>
          <DraftField name="shards" label={words.shards} {...field} />
          <DraftField
            name="shardRounds"
            label={words.shardRounds}
            hint={words.shardRoundsHint}
            {...field}
          />
          <DraftField name="damping" label={words.damping} hint={words.dampingHint} {...field} />
        </>
      ) : null}
      <div className="set-check">
        <Checkbox
          checked={kinds.streaming}
          onChange={(streaming) => onChange({ ...kinds, streaming })}
        >
          {words.streaming}
        </Checkbox>
        <p className="cap">{words.streamingHint}</p>
      </div>
    </>
  );
}
