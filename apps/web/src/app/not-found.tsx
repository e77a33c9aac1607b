import { strings } from '@/components/shell/strings';
import { TopBar } from '@/components/shell/top-bar';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/states';

export default function NotFound() {
  return (
    <>
      <TopBar />
      <main className="main" id="main">
        <EmptyState
          title={strings.notFound.title}
          actions={
            <ButtonLink href="/" kind="primary">
              {strings.notFound.action}
            </ButtonLink>
          }
        >
          {strings.notFound.detail}
        </EmptyState>
      </main>
    </>
  );
}
