import { Module } from '@nestjs/common';
import { SimulationController } from './simulation.controller.js';
import { SimulationRepository } from './simulation.repository.js';
import { SimulationService } from './simulation.service.js';

@Module({
  controllers: [SimulationController],
  providers: [SimulationRepository, SimulationService],
})
export class SimulationModule {}
