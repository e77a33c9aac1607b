import type { Metadata } from 'next';
import { ModelScreen } from '@/features/models/model-screen';

export const metadata: Metadata = { title: 'Model' };

type Props = { params: Promise<{ modelId: string }> };

export default async function ModelPage({ params }: Props) {
  return <ModelScreen modelId={(await params).modelId} />;
}
