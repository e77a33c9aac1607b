import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { LabelController } from './label.controller.js';
import { LabelRepository } from './label.repository.js';
import { LabelService } from './label.service.js';
import { LabelExportService } from './label-export.service.js';

@Module({
  imports: [AuditModule],
  controllers: [LabelController],
  providers: [LabelRepository, LabelService, LabelExportService],
})
export class LabelModule {}
