import { Global, Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditRepository } from './audit.repository.js';
import { SecurityLog } from './security-log.js';

@Global()
@Module({
  controllers: [AuditController],
  providers: [AuditRepository, SecurityLog],
  exports: [AuditRepository, SecurityLog],
})
export class AuditModule {}
