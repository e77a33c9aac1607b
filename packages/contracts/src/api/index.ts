import { annotationEndpoints, labelEndpoints } from './annotations.js';
import { authEndpoints } from './auth.js';
import type { EndpointDefinition } from './endpoint.js';
import { healthEndpoints } from './health.js';
import { importEndpoints } from './imports.js';
import { itemEndpoints } from './items.js';
import { modelEndpoints } from './models.js';
import { projectEndpoints } from './projects.js';
import { demoEndpoints, queueEndpoints } from './queue.js';
import { roundEndpoints } from './rounds.js';
import { scheduleEndpoints } from './schedules.js';
import { simulationEndpoints } from './simulations.js';

/**
 * Every route of the API, by area. Controllers, OpenAPI, clients and the permission test read it.
 */
export const api = {
  auth: authEndpoints,
  projects: projectEndpoints,
  imports: importEndpoints,
  items: itemEndpoints,
  queue: queueEndpoints,
  annotations: annotationEndpoints,
  labels: labelEndpoints,
  demo: demoEndpoints,
  rounds: roundEndpoints,
  models: modelEndpoints,
  schedules: scheduleEndpoints,
  simulations: simulationEndpoints,
  health: healthEndpoints,
} as const;

export const allEndpoints: readonly EndpointDefinition[] = Object.values(api).flatMap((area) =>
  Object.values(area),
);
