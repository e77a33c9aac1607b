import type { EndpointDefinition } from '@dubio/contracts';
import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
} from '@nestjs/common';
import type { EndpointCall, EndpointResult, RequestWithCall } from './call.js';

export const ENDPOINT = Symbol('endpoint');

const METHODS = {
  GET: RequestMethod.GET,
  POST: RequestMethod.POST,
  PUT: RequestMethod.PUT,
  PATCH: RequestMethod.PATCH,
  DELETE: RequestMethod.DELETE,
} as const;

const Call = createParamDecorator(
  (_data: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<RequestWithCall>().dubioCall,
);

type Handler<Definition extends EndpointDefinition> = (
  call: EndpointCall<Definition>,
) => Promise<EndpointResult<Definition>>;

/**
 * Makes a method the handler of one endpoint of the contract: path, method, status, access, schemas
 * and limits are read from there. The method takes one argument, the parsed call.
 */
export function Endpoint<const Definition extends EndpointDefinition>(definition: Definition) {
  return <Method extends Handler<Definition>>(
    target: object,
    name: string,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    Call()(target, name, 0);
    applyDecorators(
      RequestMapping({ path: definition.path, method: METHODS[definition.method] }),
      HttpCode(definition.status ?? 200),
      SetMetadata(ENDPOINT, definition),
    )(target, name, descriptor);
  };
}
