import { api } from '@dubio/contracts';
import { Controller } from '@nestjs/common';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { TokenService } from './token.service.js';

const { listTokens, createToken, revokeToken } = api.auth;

@Controller()
export class TokenController {
  constructor(private readonly service: TokenService) {}

  @Endpoint(listTokens)
  async list(call: EndpointCall<typeof listTokens>): Promise<EndpointResult<typeof listTokens>> {
    return this.service.list(call.actor, call.place);
  }

  @Endpoint(createToken)
  async create(
    call: EndpointCall<typeof createToken>,
  ): Promise<EndpointResult<typeof createToken>> {
    return this.service.create(call.actor, call.place, call.body);
  }

  @Endpoint(revokeToken)
  async revoke(call: EndpointCall<typeof revokeToken>): Promise<void> {
    await this.service.revoke(call.actor, call.place, call.params.tokenId);
  }
}
