import { Module } from '@nestjs/common';
import { ItemModule } from '../items/item.module.js';
import { UncertaintyController } from './uncertainty.controller.js';
import { UncertaintyRepository } from './uncertainty.repository.js';
import { UncertaintyService } from './uncertainty.service.js';

@Module({
  imports: [ItemModule],
  controllers: [UncertaintyController],
  providers: [UncertaintyRepository, UncertaintyService],
})
export class UncertaintyModule {}
