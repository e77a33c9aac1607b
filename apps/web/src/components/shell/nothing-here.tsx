import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/states';
import { strings } from './strings';

/** Said alike of what does not exist and of what this person may not see. */
export function NothingHere() {
  return (
    <EmptyState
      titleAs="h1"
      title={strings.notFound.title}
      actions={
        <ButtonLink href="/" kind="primary">
          {strings.notFound.action}
        </ButtonLink>
      }
    >
      {strings.notFound.detail}
    </EmptyState>
  );
}
