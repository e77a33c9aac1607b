import { Module } from '@nestjs/common';
import { ModelModule } from '../models/model.module.js';
import { ProjectController } from './project.controller.js';
import { ProjectRepository } from './project.repository.js';
import { ProjectService } from './project.service.js';

@Module({
  imports: [ModelModule],
  controllers: [ProjectController],
  providers: [ProjectRepository, ProjectService],
  exports: [ProjectRepository],
})
export class ProjectModule {}
