import { Module } from '@nestjs/common';
import { LabelController } from './label.controller.js';
import { LabelRepository } from './label.repository.js';
import { LabelExportService } from './label-export.service.js';

@Module({ controllers: [LabelController], providers: [LabelRepository, LabelExportService] })
export class LabelModule {}
