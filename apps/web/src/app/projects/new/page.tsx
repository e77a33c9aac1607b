import type { Metadata } from 'next';
import { strings } from '@/features/wizard/strings';
import { Wizard } from '@/features/wizard/wizard';
import { SessionProvider } from '@/lib/session';
import { getSession } from '@/lib/session.server';

export const metadata: Metadata = { title: strings.title };

export default async function NewProjectPage() {
  const session = await getSession();
  return (
    <SessionProvider session={session}>
      <Wizard />
    </SessionProvider>
  );
}
