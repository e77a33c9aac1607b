import { writeFileSync } from 'node:fs';
import { openApiDocument } from './document.js';

const file = process.argv[2] ?? 'openapi.json';
writeFileSync(file, `${JSON.stringify(openApiDocument(), null, 2)}\n`);
