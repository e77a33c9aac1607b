'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useTransition } from 'react';
import { Button } from '@/components/ui/button';
import { FailureState } from '@/components/ui/states';
import { strings } from './strings';

const AGAIN_MS = 5000;

/** Shown when the server could not make a page; asks again by itself until it can. */
export function PageFailure({ digest, onRetry }: { digest: string | null; onRetry: () => void }) {
  const router = useRouter();
  const [working, startTransition] = useTransition();
  const retry = () =>
    startTransition(() => {
      router.refresh();
      onRetry();
    });
  // biome-ignore lint/correctness/useExhaustiveDependencies: one timer for as long as this is shown
  useEffect(() => {
    const timer = setInterval(retry, AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <main className="main" id="main">
      <FailureState
        titleAs="h1"
        title={strings.failed.title}
        detail={
          <>
            {strings.failed.unavailable} {strings.failed.detail}
          </>
        }
        code={digest}
        actions={
          <Button kind="primary" working={working} onClick={retry}>
            {strings.failed.again}
          </Button>
        }
      />
    </main>
  );
}
