// npm run dev: as npm start, with everything rebuilt and started again when a source changes.
import { startDevelopment } from './lib/launch/start-development.mjs';

await startDevelopment();
