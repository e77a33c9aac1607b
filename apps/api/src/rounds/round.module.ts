import { Module } from '@nestjs/common';
import { RoundController } from './round.controller.js';
import { RoundRepository } from './round.repository.js';
import { RoundService } from './round.service.js';

@Module({ controllers: [RoundController], providers: [RoundRepository, RoundService] })
export class RoundModule {}
