'use client';

import './globals.css';
import { strings } from '@/components/shell/strings';
import { FailureState } from '@/components/ui/states';

export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <main className="main">
          <FailureState
            title={strings.failed.title}
            detail={strings.failed.detail}
            code={error.digest ?? null}
            actions={
              <a className="btn primary" href="/">
                {strings.failed.again}
              </a>
            }
          />
        </main>
      </body>
    </html>
  );
}
