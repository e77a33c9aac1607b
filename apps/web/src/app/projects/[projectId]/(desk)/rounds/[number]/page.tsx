import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { RoundScreen } from '@/features/rounds/round-screen';

type Props = { params: Promise<{ number: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Round ${(await params).number}` };
}

export default async function RoundPage({ params }: Props) {
  const number = Number((await params).number);
  if (!Number.isInteger(number) || number < 1) {
    notFound();
  }
  return <RoundScreen number={number} />;
}
