'use client';

import type { Project } from '@dubio/contracts';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/dialog';
import { Panel } from '@/components/ui/panel';
import { useToast } from '@/components/ui/toaster';
import { call } from '@/lib/api/client';
import { useCan } from '@/lib/session';
import { strings } from './strings';

const words = strings.danger;

/** The end of a project, behind a question. */
export function DangerSection({ project }: { readonly project: Project }) {
  const [asking, setAsking] = useState(false);
  const { showError } = useToast();
  const remove = useMutation({
    mutationFn: () => call('DELETE /projects/:projectId', { params: { projectId: project.id } }),
    onSuccess: () => location.assign('/'),
    onError: showError,
  });
  if (!useCan('project.delete')) {
    return null;
  }
  return (
    <Panel title={words.title} className="set-section">
      <div className="row spread wrap">
        <p className="sm t2">{words.detail}</p>
        <Button kind="danger" onClick={() => setAsking(true)}>
          {words.button}
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={words.ask(project.name)}
        description={words.detail}
        keep={words.keep}
        go={words.button}
        working={remove.isPending}
        onGo={() => remove.mutate()}
      />
    </Panel>
  );
}
