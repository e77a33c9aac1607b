'use client';

import type { ApiToken } from '@dubio/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Panel } from '@/components/ui/panel';
import { RelativeTime } from '@/components/ui/relative-time';
import { useToast } from '@/components/ui/toaster';
import { call, describeError } from '@/lib/api/client';
import { useSession } from '@/lib/session';
import { ShownOnce } from '../people/shown-once';
import { readNumber } from './form/field-text';
import { strings } from './strings';

const words = strings.tokens;
const keyOf = (workspaceId: string) => ['tokens', workspaceId] as const;

/** The person's own tokens; a secret is shown once, when it is made. */
export function TokensSection() {
  const { workspaceId } = useSession();
  const tokens = useQuery({
    queryKey: keyOf(workspaceId),
    queryFn: ({ signal }) =>
      call('GET /workspaces/:workspaceId/tokens', { params: { workspaceId }, signal }),
  });
  const list = tokens.data?.tokens;
  return (
    <Panel id="tokens" title={words.title} meta={words.meta} className="set-section">
      {tokens.isError ? <p className="sm t2">{describeError(tokens.error).title}</p> : null}
      {list?.length === 0 ? <p className="sm t2">{words.none}</p> : null}
      {list === undefined || list.length === 0 ? null : (
        <ul className="set-list">
          {list.map((token) => (
            <TokenRow key={token.id} token={token} workspaceId={workspaceId} />
          ))}
        </ul>
      )}
      <AddToken workspaceId={workspaceId} />
    </Panel>
  );
}

function TokenRow(props: { readonly token: ApiToken; readonly workspaceId: string }) {
  const { token, workspaceId } = props;
  const queryClient = useQueryClient();
  const { showError } = useToast();
  const end = useMutation({
    mutationFn: () =>
      call('DELETE /workspaces/:workspaceId/tokens/:tokenId', {
        params: { workspaceId, tokenId: token.id },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keyOf(workspaceId) }),
    onError: showError,
  });
  return (
    <li>
      <span className="grow">
        <span className="med">{token.name}</span> <span className="mono t3">{token.prefix}…</span>
        <span className="set-next xs t3 num">
          ends <RelativeTime at={token.expiresAt} />,{' '}
          {token.lastUsedAt === null ? (
            words.never
          ) : (
            <>
              last used <RelativeTime at={token.lastUsedAt} />
            </>
          )}
        </span>
      </span>
      <Button
        kind="quiet"
        size="square"
        aria-label={`${words.end} ${token.name}`}
        working={end.isPending}
        onClick={() => end.mutate()}
      >
        <Icon name="trash" />
      </Button>
    </li>
  );
}

function AddToken({ workspaceId }: { readonly workspaceId: string }) {
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const [tried, setTried] = useState(false);
  const queryClient = useQueryClient();
  const { showError } = useToast();
  const read = readNumber(days, { type: 'whole', min: 1, max: 365 });
  const noName = name.trim() === '';
  const add = useMutation({
    mutationFn: () =>
      call('POST /workspaces/:workspaceId/tokens', {
        params: { workspaceId },
        body: { name: name.trim(), expiresInDays: read.value ?? 90 },
      }),
    onSuccess: () => {
      setName('');
      setTried(false);
      return queryClient.invalidateQueries({ queryKey: keyOf(workspaceId) });
    },
    onError: showError,
  });
  const submit = () => {
    setTried(true);
    if (!noName && read.error === null) {
      add.mutate();
    }
  };
  return (
    <>
      {add.data === undefined ? null : <ShownOnce label={add.data.name} secret={add.data.secret} />}
      <form
        className="set-add"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label={words.name} error={tried && noName ? words.noName : null}>
          {(control) => (
            <Input
              {...control}
              maxLength={80}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label={words.days} error={tried ? read.error : null}>
          {(control) => (
            <Input
              {...control}
              className="num"
              inputMode="numeric"
              value={days}
              onChange={(event) => setDays(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" working={add.isPending}>
          {words.add}
        </Button>
      </form>
    </>
  );
}
