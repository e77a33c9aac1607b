import { api } from '@dubio/contracts';
import type { Config } from '@dubio/platform';
import { Controller, Inject } from '@nestjs/common';
import { clearSessionCookie, setSessionCookie } from '../access/session-cookie.js';
import { isAskedSecurely } from '../frame/asked-origin.js';
import type { AnyCall, EndpointCall, EndpointResult } from '../frame/call.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { CONFIG } from '../frame/tokens.js';
import { AuthService } from './auth.service.js';

const { signIn, inspectLink, signOut, me } = api.auth;

const callerOf = ({ request, reply }: Pick<AnyCall, 'request' | 'reply'>) => ({
  address: request.ip,
  reply,
});

@Controller()
export class AuthController {
  constructor(
    private readonly service: AuthService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Endpoint(signIn)
  async signIn(call: EndpointCall<typeof signIn>): Promise<EndpointResult<typeof signIn>> {
    const { secret, userId } = await this.service.signIn(call.body, call.actor, callerOf(call));
    setSessionCookie(call.reply, secret, isAskedSecurely(call.request, this.config.publicUrl));
    return this.service.me(userId, null);
  }

  @Endpoint(inspectLink)
  async inspectLink(
    call: EndpointCall<typeof inspectLink>,
  ): Promise<EndpointResult<typeof inspectLink>> {
    return this.service.inspect(call.body.token, call.actor, callerOf(call));
  }

  @Endpoint(signOut)
  async signOut(call: EndpointCall<typeof signOut>): Promise<void> {
    await this.service.signOut(call.actor);
    clearSessionCookie(call.reply, isAskedSecurely(call.request, this.config.publicUrl));
  }

  @Endpoint(me)
  async me(call: EndpointCall<typeof me>): Promise<EndpointResult<typeof me>> {
    return this.service.me(call.actor.userId, call.actor);
  }
}
