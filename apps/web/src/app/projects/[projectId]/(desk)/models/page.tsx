import type { Metadata } from 'next';
import { ModelsScreen } from '@/features/models/models-screen';

export const metadata: Metadata = { title: 'Models' };

export default function ModelsPage() {
  return <ModelsScreen />;
}
