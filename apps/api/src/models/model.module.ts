import { Module } from '@nestjs/common';
import { ModelController } from './model.controller.js';
import { ModelRepository } from './model.repository.js';
import { ModelService } from './model.service.js';

@Module({
  controllers: [ModelController],
  providers: [ModelRepository, ModelService],
  exports: [ModelRepository, ModelService],
})
export class ModelModule {}
