import { Module } from '@nestjs/common';
import { ModelModule } from '../models/model.module.js';
import { PredictionController } from './prediction.controller.js';
import { PredictionService } from './prediction.service.js';
import { Predictor } from './predictor.js';

@Module({
  imports: [ModelModule],
  controllers: [PredictionController],
  providers: [PredictionService, Predictor],
})
export class PredictionModule {}
