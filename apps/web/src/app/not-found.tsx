import { NothingHere } from '@/components/shell/nothing-here';
import { TopBar } from '@/components/shell/top-bar';

export default function NotFound() {
  return (
    <>
      <TopBar />
      <main className="main" id="main">
        <NothingHere />
      </main>
    </>
  );
}
