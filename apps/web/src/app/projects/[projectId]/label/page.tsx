import type { Metadata } from 'next';
import { LabelScreen } from '@/features/labelling/label-screen';

export const metadata: Metadata = { title: 'Label' };

export default function LabelPage() {
  return <LabelScreen />;
}
