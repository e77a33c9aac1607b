import { Module } from '@nestjs/common';
import { ItemController } from './item.controller.js';
import { ItemRepository } from './item.repository.js';
import { ItemService } from './item.service.js';

@Module({
  controllers: [ItemController],
  providers: [ItemRepository, ItemService],
  exports: [ItemRepository],
})
export class ItemModule {}
