import { Module } from '@nestjs/common';
import { TokenController } from './token.controller.js';
import { TokenRepository } from './token.repository.js';
import { TokenService } from './token.service.js';

@Module({ controllers: [TokenController], providers: [TokenRepository, TokenService] })
export class TokenModule {}
