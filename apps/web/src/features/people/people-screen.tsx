'use client';

import type { Invitation, Member } from '@dubio/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Icon } from '@/components/icons/icon';
import { ScreenFailure } from '@/components/shell/screen-failure';
import { Button } from '@/components/ui/button';
import { Chip } from '@/components/ui/chip';
import { ConfirmDialog } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/field';
import { PageHead, Panel } from '@/components/ui/panel';
import { RelativeTime } from '@/components/ui/relative-time';
import { Select } from '@/components/ui/select';
import { RowsSkeleton } from '@/components/ui/states';
import { Table, Td, Th } from '@/components/ui/table';
import { useToast } from '@/components/ui/toaster';
import { call } from '@/lib/api/client';
import { formatCount } from '@/lib/format';
import { useCan, useSession } from '@/lib/session';
import { newUuid } from '@/lib/uuid';
import './people.css';
import { ShownOnce } from './shown-once';
import { strings } from './strings';
import type { Role } from './types';

const ROLES: readonly Role[] = ['owner', 'engineer', 'reviewer', 'annotator'];
const keyOf = (workspaceId: string) => ['members', workspaceId] as const;

/** Who belongs to the workspace, and the way in for others. */
export function PeopleScreen() {
  const { workspaceId } = useSession();
  const canManage = useCan('member.manage');
  const people = useQuery({
    queryKey: keyOf(workspaceId),
    queryFn: ({ signal }) =>
      call('GET /workspaces/:workspaceId/members', { params: { workspaceId }, signal }),
  });
  if (people.isError && people.data === undefined) {
    return <ScreenFailure error={people.error} />;
  }
  const open = people.data?.invitations.filter((one) => one.acceptedAt === null) ?? [];
  return (
    <>
      <PageHead title={strings.title} sub={strings.sub} />
      <div className="pp-stack">
        <Panel title={strings.members}>
          {people.data === undefined ? (
            <RowsSkeleton label="Loading the members" />
          ) : (
            <MembersTable members={people.data.members} workspaceId={workspaceId} />
          )}
        </Panel>
        {canManage ? <Invite workspaceId={workspaceId} /> : null}
        {open.length === 0 ? null : (
          <Panel title={strings.invitations}>
            <Invitations invitations={open} workspaceId={workspaceId} />
          </Panel>
        )}
      </div>
    </>
  );
}

function useMemberChange<Input>(workspaceId: string, change: (input: Input) => Promise<unknown>) {
  const queryClient = useQueryClient();
  const { showError } = useToast();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keyOf(workspaceId) }),
    onError: showError,
  });
}

function MembersTable(props: {
  readonly members: readonly Member[];
  readonly workspaceId: string;
}) {
  return (
    <Table label={`${strings.members}, table`} className="num">
      <thead>
        <tr>
          <Th>Name</Th>
          <Th>Role</Th>
          <Th right>Annotations</Th>
          <Th right>Joined</Th>
          <Th right>Last seen</Th>
          <Th>
            <span className="sr">Remove</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {props.members.map((member) => (
          <MemberRow key={member.userId} member={member} workspaceId={props.workspaceId} />
        ))}
      </tbody>
    </Table>
  );
}

function MemberRow(props: { readonly member: Member; readonly workspaceId: string }) {
  const { member, workspaceId } = props;
  const { me } = useSession();
  const canManage = useCan('member.manage');
  const params = { workspaceId, userId: member.userId };
  const change = useMemberChange(workspaceId, (role: Role) =>
    call('PATCH /workspaces/:workspaceId/members/:userId', { params, body: { role } }),
  );
  return (
    <tr>
      <Td className="pp-person">
        <b className="med">{member.name}</b>{' '}
        {member.userId === me.id ? <Chip tone="you">you</Chip> : null}
        {member.email === null ? null : <span className="pp-mail xs t3">{member.email}</span>}
      </Td>
      <Td>
        {canManage ? (
          <Select
            className="pp-role"
            aria-label={`${strings.invite.role}, ${member.name}`}
            value={member.role}
            disabled={change.isPending}
            onChange={(role) => change.mutate(role)}
            options={ROLES.map((value) => ({ value, label: strings.roles[value] }))}
          />
        ) : (
          strings.roles[member.role]
        )}
      </Td>
      <Td right>{formatCount(member.annotations)}</Td>
      <Td right className="t2">
        <RelativeTime at={member.joinedAt} />
      </Td>
      <Td right className="t2">
        {member.lastSeenAt === null ? (
          <span className="t3">never</span>
        ) : (
          <RelativeTime at={member.lastSeenAt} />
        )}
      </Td>
      <Td right>{canManage && member.userId !== me.id ? <Remove {...props} /> : null}</Td>
    </tr>
  );
}

function Remove({
  member,
  workspaceId,
}: {
  readonly member: Member;
  readonly workspaceId: string;
}) {
  const [asking, setAsking] = useState(false);
  const remove = useMemberChange(workspaceId, () =>
    call('DELETE /workspaces/:workspaceId/members/:userId', {
      params: { workspaceId, userId: member.userId },
    }),
  );
  return (
    <>
      <Button
        kind="quiet"
        size="square"
        aria-label={strings.remove.button(member.name)}
        onClick={() => setAsking(true)}
      >
        <Icon name="trash" />
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={strings.remove.title(member.name)}
        description={strings.remove.detail}
        keep={strings.remove.keep}
        go={strings.remove.go}
        working={remove.isPending}
        onGo={() => remove.mutate(undefined, { onSettled: () => setAsking(false) })}
      />
    </>
  );
}

function Invite({ workspaceId }: { readonly workspaceId: string }) {
  const [role, setRole] = useState<Role>('annotator');
  const [email, setEmail] = useState('');
  const queryClient = useQueryClient();
  const { showError } = useToast();
  const invite = useMutation({
    mutationFn: () =>
      call('POST /workspaces/:workspaceId/invitations', {
        params: { workspaceId },
        body: { role, ...(email.trim() === '' ? {} : { email: email.trim() }) },
        idempotencyKey: newUuid(),
      }),
    onSuccess: () => {
      setEmail('');
      return queryClient.invalidateQueries({ queryKey: keyOf(workspaceId) });
    },
    onError: showError,
  });
  const words = strings.invite;
  return (
    <Panel title={words.title} meta={words.meta}>
      <form
        className="pp-invite"
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate();
        }}
      >
        <Field label={words.email}>
          {(control) => (
            <Input
              {...control}
              type="email"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <Field label={words.role} hint={strings.roleWords[role]}>
          {(control) => (
            <Select
              {...control}
              value={role}
              onChange={setRole}
              options={ROLES.map((value) => ({ value, label: strings.roles[value] }))}
            />
          )}
        </Field>
        <Button type="submit" working={invite.isPending}>
          {words.go}
        </Button>
      </form>
      {invite.data === undefined ? null : (
        <ShownOnce label={words.shown} secret={invite.data.url} />
      )}
    </Panel>
  );
}

function Invitations(props: {
  readonly invitations: readonly Invitation[];
  readonly workspaceId: string;
}) {
  const { workspaceId } = props;
  const canManage = useCan('member.manage');
  const revoke = useMemberChange(workspaceId, (invitationId: string) =>
    call('DELETE /workspaces/:workspaceId/invitations/:invitationId', {
      params: { workspaceId, invitationId },
    }),
  );
  return (
    <Table label={`${strings.invitations}, table`} className="num">
      <thead>
        <tr>
          <Th>For</Th>
          <Th>Role</Th>
          <Th right>Made</Th>
          <Th right>Ends</Th>
          <Th>
            <span className="sr">Withdraw</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {props.invitations.map((invitation) => (
          <tr key={invitation.id}>
            <Td className="pp-person">
              {invitation.email ?? <span className="t3">whoever has the link</span>}
            </Td>
            <Td>{strings.roles[invitation.role]}</Td>
            <Td right className="t2">
              <RelativeTime at={invitation.createdAt} />
            </Td>
            <Td right className="t2">
              <RelativeTime at={invitation.expiresAt} />
            </Td>
            <Td right>
              {canManage ? (
                <Button
                  kind="quiet"
                  size="square"
                  aria-label={strings.revoke(invitation.email ?? invitation.role)}
                  disabled={revoke.isPending}
                  onClick={() => revoke.mutate(invitation.id)}
                >
                  <Icon name="trash" />
                </Button>
              ) : null}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
