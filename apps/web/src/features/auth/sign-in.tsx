'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { Mark } from '@/components/icons/mark';
import { FailureState, RowsSkeleton } from '@/components/ui/states';
import { call, describeError, type ResponseOf } from '@/lib/api/client';
import { readSignInLink, type SignInLink } from './read-link';
import { SignInForm } from './sign-in-form';
import { strings } from './strings';

type Inspected = ResponseOf<'POST /auth/inspect-link'>;
type State =
  | { kind: 'reading' }
  | { kind: 'no-link' }
  | { kind: 'asking'; link: SignInLink; inspected: Inspected; error: unknown; working: boolean }
  | { kind: 'failed'; error: unknown };

/** Takes the link apart, asks for a name where it is the first time, exchanges it for a session. */
export function SignIn() {
  const [state, setState] = useState<State>({ kind: 'reading' });
  const started = useRef(false);

  const enter = useCallback(async (link: SignInLink, name?: string) => {
    await call('POST /auth/sign-in', {
      body: { token: link.token, ...(name === undefined ? {} : { name }) },
    });
    location.replace(link.next);
  }, []);

  useEffect(() => {
    if (started.current) return;
    started.current = true;
    const link = readSignInLink(location.hash);
    // The token leaves the address bar at once: not in the history, not in a screenshot.
    history.replaceState(null, '', location.pathname);
    if (link === null) {
      setState({ kind: 'no-link' });
      return;
    }
    call('POST /auth/inspect-link', { body: { token: link.token } })
      .then(async (inspected) => {
        if (inspected.needsName || inspected.kind === 'invitation') {
          setState({ kind: 'asking', link, inspected, error: null, working: false });
        } else {
          await enter(link);
        }
      })
      .catch((error: unknown) => setState({ kind: 'failed', error }));
  }, [enter]);

  const submit = (name: string | undefined) => {
    if (state.kind !== 'asking') return;
    setState({ ...state, working: true, error: null });
    enter(state.link, name).catch((error: unknown) =>
      setState({ ...state, working: false, error }),
    );
  };

  return (
    <main className="mx-auto grid w-full max-w-[440px] gap-4 px-4 pt-[14vh] pb-8" id="main">
      <div className="row">
        <Mark size={28} />
        <span className="text-[20px] font-semibold">Dubio</span>
      </div>
      {state.kind === 'reading' && (
        <section className="panel">
          <h1 className="sr">{strings.checking}</h1>
          <RowsSkeleton label={strings.checking} rows={2} />
        </section>
      )}
      {state.kind === 'no-link' && (
        <section className="panel grid gap-2">
          <h1 className="dlg-title">{strings.noLink.title}</h1>
          <p className="sm t2">{strings.noLink.detail}</p>
          <p className="sm t2">{strings.noLink.again}</p>
        </section>
      )}
      {state.kind === 'asking' && (
        <SignInForm
          inspected={state.inspected}
          error={state.error}
          working={state.working}
          onSubmit={submit}
        />
      )}
      {state.kind === 'failed' && (
        <>
          <h1 className="sr">{strings.title}</h1>
          <FailureState
            title={describeError(state.error).title}
            detail={describeError(state.error).detail ?? strings.noLink.again}
          />
        </>
      )}
    </main>
  );
}
