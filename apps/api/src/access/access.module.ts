import { Global, Module } from '@nestjs/common';
import { AccessRepository } from './access.repository.js';
import { AccessService } from './access.service.js';
import { LiveAccess } from './live-access.js';

@Global()
@Module({
  providers: [AccessRepository, AccessService, LiveAccess],
  exports: [AccessService, LiveAccess],
})
export class AccessModule {}
