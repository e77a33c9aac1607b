import type { Metadata } from 'next';
import { UncertaintyScreen } from '@/features/uncertainty/uncertainty-screen';

export const metadata: Metadata = { title: 'Uncertainty' };

export default function UncertaintyPage() {
  return <UncertaintyScreen />;
}
