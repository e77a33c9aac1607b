import type { Metadata } from 'next';
import { SimulationScreen } from '@/features/simulation/simulation-screen';

export const metadata: Metadata = { title: 'Simulation' };

export default function SimulationPage() {
  return <SimulationScreen />;
}
