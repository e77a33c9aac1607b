import type { ReactNode } from 'react';
import { FailureState } from '@/components/ui/states';
import { describeError } from '@/lib/api/client';

/** A screen whose data could not be had: what happened, and the way to where it goes on. */
export function ScreenFailure(props: { readonly error: unknown; readonly actions?: ReactNode }) {
  return <FailureState titleAs="h1" {...describeError(props.error)} actions={props.actions} />;
}
