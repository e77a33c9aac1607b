import type { Metadata } from 'next';
import { ItemScreen } from '@/features/items/item-screen';

export const metadata: Metadata = { title: 'Item' };

type Props = { params: Promise<{ itemId: string }> };

export default async function ItemPage({ params }: Props) {
  return <ItemScreen itemId={(await params).itemId} />;
}
