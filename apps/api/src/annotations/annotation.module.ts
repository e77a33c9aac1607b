import { Module } from '@nestjs/common';
import { ItemModule } from '../items/item.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { AnnotationController } from './annotation.controller.js';
import { AnnotationRepository } from './annotation.repository.js';
import { AnnotationService } from './annotation.service.js';

@Module({
  imports: [ItemModule, QueueModule],
  controllers: [AnnotationController],
  providers: [AnnotationRepository, AnnotationService],
})
export class AnnotationModule {}
