import { api } from '@dubio/contracts';
import type { Config } from '@dubio/platform';
import { Controller, Inject } from '@nestjs/common';
import { linkOrigin } from '../frame/asked-origin.js';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { CONFIG } from '../frame/tokens.js';
import { MemberService } from './member.service.js';

const { listMembers, invite, revokeInvitation, updateMember, removeMember } = api.auth;

@Controller()
export class MemberController {
  constructor(
    private readonly service: MemberService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Endpoint(listMembers)
  async list(call: EndpointCall<typeof listMembers>): Promise<EndpointResult<typeof listMembers>> {
    return this.service.list(call.params.workspaceId);
  }

  @Endpoint(invite)
  async invite(call: EndpointCall<typeof invite>): Promise<EndpointResult<typeof invite>> {
    const origin = linkOrigin(call.request, this.config.publicUrl);
    return this.service.invite(call.actor, call.place, { ...call.body, origin });
  }

  @Endpoint(revokeInvitation)
  async revokeInvitation(call: EndpointCall<typeof revokeInvitation>): Promise<void> {
    await this.service.revokeInvitation(call.actor, call.place, call.params.invitationId);
  }

  @Endpoint(updateMember)
  async update(
    call: EndpointCall<typeof updateMember>,
  ): Promise<EndpointResult<typeof updateMember>> {
    const { userId } = call.params;
    return this.service.update(call.actor, call.place, { userId, role: call.body.role });
  }

  @Endpoint(removeMember)
  async remove(call: EndpointCall<typeof removeMember>): Promise<void> {
    await this.service.remove(call.actor, call.place, call.params.userId);
  }
}
