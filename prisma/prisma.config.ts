import { defineConfig } from 'prisma/config';

// These commands never run the native schema engine, yet Prisma insists on having one and would
// download it. Any executable satisfies the check, so they work in closed networks too.
const offline = ['generate', 'validate', 'format'];
if (process.argv.some((argument) => offline.includes(argument))) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
}

export default defineConfig({ schema: 'schema.prisma' });
