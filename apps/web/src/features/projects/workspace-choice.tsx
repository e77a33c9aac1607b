'use client';

import { useRouter } from 'next/navigation';
import { Select } from '@/components/ui/select';
import { useSession } from '@/lib/session';
import { strings } from './strings';

/** Shown only to people of several workspaces. */
export function WorkspaceChoice() {
  const { me, workspaceId } = useSession();
  const router = useRouter();
  if (me.workspaces.length < 2) return null;
  return (
    <Select
      aria-label={strings.workspace}
      className="w-auto"
      value={workspaceId}
      options={me.workspaces.map(({ id, name }) => ({ value: id as string, label: name }))}
      onChange={(id) => router.push(`/?workspace=${id}`)}
    />
  );
}
