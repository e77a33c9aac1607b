'use client';

import { useMutation } from '@tanstack/react-query';
import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { useToast } from '@/components/ui/toaster';
import { call } from '@/lib/api/client';
import { useCan } from '@/lib/session';
import { newUuid } from '@/lib/uuid';
import { strings } from './strings';

const COUNT = 30;

/** For somebody who has one minute: answers come in as if a person had given them. */
export function DemoButton({ projectId }: { readonly projectId: string }) {
  const { show, showError } = useToast();
  const answer = useMutation({
    mutationFn: () =>
      call('POST /projects/:projectId/demo-answers', {
        params: { projectId },
        body: { count: COUNT },
        idempotencyKey: newUuid(),
      }),
    onSuccess: ({ accepted }) => show({ icon: 'people', text: strings.demoTaken(accepted) }),
    onError: showError,
  });
  if (!useCan('demo.answer')) {
    return null;
  }
  return (
    <Button working={answer.isPending} onClick={() => answer.mutate()}>
      <Icon name="play" />
      {strings.demo(COUNT)}
    </Button>
  );
}
