import type { EndpointDefinition } from '@dubio/contracts';
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { LiveAccess } from '../access/live-access.js';
import type { AnyCall, RequestWithCall } from './call.js';
import { ENDPOINT } from './endpoint.decorator.js';
import { Idempotency } from './idempotency.js';

/** Makes the answer fit the contract, keys it does not know are left out, and acts once per key. */
@Injectable()
export class EndpointInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly idempotency: Idempotency,
    private readonly live: LiveAccess,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const definition = this.reflector.get<EndpointDefinition>(ENDPOINT, context.getHandler());
    const call = context.switchToHttp().getRequest<RequestWithCall>().dubioCall;
    if (call === undefined) throw new Error(`the guard did not see ${definition.id}`);
    return from(
      this.run(definition, call, () => lastValueFrom(next.handle(), { defaultValue: undefined })),
    );
  }

  private async run(
    definition: EndpointDefinition,
    call: AnyCall,
    handle: () => Promise<unknown>,
  ): Promise<unknown> {
    if (!definition.responseType) call.reply.header('Cache-Control', 'no-store');
    const key = this.idempotency.keyOf(definition, call);
    if (key === null) return this.shape(definition, call, await handle());
    const replay = await this.idempotency.claim(key);
    if (replay !== null) {
      call.reply.header('Idempotency-Replayed', 'true');
      return replay.response;
    }
    try {
      const answer = this.shape(definition, call, await handle());
      await this.idempotency.keep(key, { status: definition.status ?? 200, response: answer });
      return answer;
    } catch (error) {
      await this.idempotency.forget(key);
      throw error;
    }
  }

  private shape(definition: EndpointDefinition, call: AnyCall, answer: unknown): unknown {
    if (answer instanceof StreamableFile) {
      this.live.watch(definition, call, answer.getStream());
      return answer;
    }
    return definition.response ? definition.response.parse(answer) : undefined;
  }
}
