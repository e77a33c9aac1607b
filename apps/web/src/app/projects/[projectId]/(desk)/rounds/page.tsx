import type { Metadata } from 'next';
import { RoundsScreen } from '@/features/rounds/rounds-screen';

export const metadata: Metadata = { title: 'Rounds' };

export default function RoundsPage() {
  return <RoundsScreen />;
}
