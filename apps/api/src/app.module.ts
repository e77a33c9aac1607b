import type { Config, Database, EventFeed, Logger, ObjectStore } from '@dubio/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { AccessModule } from './access/access.module.js';
import { EndpointGuard } from './access/endpoint.guard.js';
import { AnnotationModule } from './annotations/annotation.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { DemoModule } from './demo/demo.module.js';
import { EventsModule } from './events/events.module.js';
import { EndpointInterceptor } from './frame/endpoint.interceptor.js';
import { Idempotency } from './frame/idempotency.js';
import { ProblemFilter } from './frame/problem.filter.js';
import { RateLimits } from './frame/rate-limits.js';
import { RouteCheck } from './frame/route-check.js';
import { CONFIG, DATABASE, EVENT_FEED, LOGGER, OBJECT_STORE } from './frame/tokens.js';
import { HealthModule } from './health/health.module.js';
import { ImportModule } from './imports/import.module.js';
import { ItemModule } from './items/item.module.js';
import { LabelModule } from './labels/label.module.js';
import { MemberModule } from './members/member.module.js';
import { ModelModule } from './models/model.module.js';
import { PredictionModule } from './predictions/prediction.module.js';
import { ProjectModule } from './projects/project.module.js';
import { QueueModule } from './queue/queue.module.js';
import { RoundModule } from './rounds/round.module.js';
import { ScheduleModule } from './schedules/schedule.module.js';
import { SimulationModule } from './simulations/simulation.module.js';
import { TokenModule } from './tokens/token.module.js';
import { UncertaintyModule } from './uncertainty/uncertainty.module.js';

export type AppParts = {
  config: Config;
  database: Database;
  feed: EventFeed;
  logger: Logger;
  store: ObjectStore;
  /** Multiplies all rate limits; load tests raise it. */
  rateFactor?: number;
};

@Module({})
class PlatformModule {}

@Module({})
class AppModule {}

const FEATURES = [
  AccessModule,
  AuditModule,
  AuthModule,
  EventsModule,
  HealthModule,
  ProjectModule,
  ItemModule,
  QueueModule,
  AnnotationModule,
  DemoModule,
  ImportModule,
  LabelModule,
  MemberModule,
  ModelModule,
  PredictionModule,
  RoundModule,
  ScheduleModule,
  SimulationModule,
  TokenModule,
  UncertaintyModule,
];

function platformModule(parts: AppParts): DynamicModule {
  const providers = [
    { provide: CONFIG, useValue: parts.config },
    { provide: DATABASE, useValue: parts.database },
    { provide: EVENT_FEED, useValue: parts.feed },
    { provide: LOGGER, useValue: parts.logger },
    { provide: OBJECT_STORE, useValue: parts.store },
    { provide: RateLimits, useValue: new RateLimits(parts.rateFactor) },
  ];
  const exported = providers.map(({ provide }) => provide);
  return { module: PlatformModule, global: true, providers, exports: exported };
}

/** All features over the shared parts, behind one guard, one interceptor and one filter. */
export function appModule(parts: AppParts): DynamicModule {
  return {
    module: AppModule,
    imports: [platformModule(parts), DiscoveryModule, ...FEATURES],
    providers: [
      Idempotency,
      RouteCheck,
      { provide: APP_GUARD, useClass: EndpointGuard },
      { provide: APP_INTERCEPTOR, useClass: EndpointInterceptor },
      { provide: APP_FILTER, useClass: ProblemFilter },
    ],
  };
}
